import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import css from "./table.module.css";

export type Column<Row> = {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** `end` for numbers. */
  readonly align?: "start" | "end";
  /** The column that names the row: the head of its card on a phone. One of them. */
  readonly names?: boolean;
  /** Buttons: without a label on a phone. `header` is left to those who listen. */
  readonly actions?: boolean;
};

/** A dense table that becomes a list of cards where there is no room for columns. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  className,
}: {
  /** What the table holds, for who listens. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly className?: string;
}): ReactNode {
  return (
    <div className={classNames(css["box"], className)}>
      <div className={css["frame"]}>
        <table className={css["table"]}>
          <caption className="visually-hidden">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" className={css[column.align ?? "start"]}>
                  {column.actions === true ? (
                    <span className="visually-hidden">{column.header}</span>
                  ) : (
                    column.header
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column) => (
                  <Cell key={column.key} column={column} row={row} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Cell<Row>({
  column,
  row,
}: {
  readonly column: Column<Row>;
  readonly row: Row;
}): ReactNode {
  const align = css[column.align ?? "start"];
  if (column.names === true) {
    return (
      <th scope="row" className={classNames(align, css["names"])}>
        <div className={css["value"]}>{column.cell(row)}</div>
      </th>
    );
  }
  return (
    <td className={classNames(align, column.actions && css["actions"])}>
      {column.actions === true ? null : (
        <span className={css["label"]} aria-hidden="true">
          {column.header}
        </span>
      )}
      <div className={css["value"]}>{column.cell(row)}</div>
    </td>
  );
}
