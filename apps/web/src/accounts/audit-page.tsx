import type { AuditEntry } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useFormats, usePages, useTitle } from "../core/index.ts";
import { Card, type Column, classNames, Field, PageHeader, Select } from "../ui/index.tsx";
import { PagedTable } from "./paged-table.tsx";
import css from "./people-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** `/operator/audit`: who did what, and when. */
export function AuditPage(): ReactNode {
  const texts = useAccountTexts();
  const { audit: own } = texts;
  useTitle(own.title);
  const [area, setArea] = useState("all");
  const entries = usePages("accounts.audit", { query: area === "all" ? {} : { action: area } });
  const columns = useColumns();
  return (
    <div className={css["page"]}>
      <PageHeader title={own.title} about={own.about} />
      <div className={css["filters"]}>
        <Field label={own.area}>
          <Select value={area} onChange={({ target }) => setArea(target.value)}>
            {Object.entries(own.areas).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Card flush>
        <PagedTable pages={entries} columns={columns} texts={own} icon="list" height="20rem" />
      </Card>
    </div>
  );
}

function useColumns(): readonly Column<AuditEntry>[] {
  const { audit: own } = useAccountTexts();
  const formats = useFormats();
  return [
    {
      key: "what",
      header: own.what,
      names: true,
      cell: ({ action }) => (
        <>
          <span className={css["name"]}>{own.actions[action] ?? action}</span>
          <span className={css["code"]}>{action}</span>
        </>
      ),
    },
    { key: "who", header: own.who, cell: ({ person }) => person?.name ?? own.bySite },
    {
      key: "when",
      header: own.when,
      cell: ({ at }) => (
        <time dateTime={at} className={css["whole"]}>
          {formats.dateTime(at)}
        </time>
      ),
    },
    {
      key: "about",
      header: own.onWhat,
      cell: ({ about }) => <span className={css["code"]}>{about}</span>,
    },
    {
      key: "details",
      header: own.details,
      cell: ({ detail }) => {
        const lines = Object.entries(detail).map(
          ([name, value]) =>
            `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
        );
        return lines.length === 0 ? "–" : <p className={css["details"]}>{lines.join("\n")}</p>;
      },
    },
    {
      key: "from",
      header: own.from,
      cell: ({ address }) =>
        address === "" ? (
          "–"
        ) : (
          <span className={classNames(css["code"], css["whole"])}>{address}</span>
        ),
    },
  ];
}
