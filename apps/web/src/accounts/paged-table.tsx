import type { ReactNode } from "react";
import { type Pages, useErrorText } from "../core/index.ts";
import {
  type Column,
  EmptyState,
  ErrorState,
  type IconName,
  Loading,
  More,
  Skeleton,
  Table,
} from "../ui/index.tsx";
import { useAccountTexts } from "./texts.ts";

/** A list that comes in pages, as a table, with what stands there before it and where it is empty. */
export function PagedTable<Item extends { readonly id: string }>({
  pages,
  columns,
  texts,
  icon,
  height,
}: {
  readonly pages: Pages<Item>;
  readonly columns: readonly Column<Item>[];
  readonly texts: { readonly table: string; readonly none: string; readonly noneAbout: string };
  readonly icon: IconName;
  /** How high it will be, about, as a length of CSS. */
  readonly height: string;
}): ReactNode {
  const { reasons } = useAccountTexts();
  const errorText = useErrorText(reasons);
  const { items } = pages;
  return (
    <>
      {pages.error !== null && items === undefined ? (
        <ErrorState title={errorText(pages.error)} onRetry={pages.refetch} />
      ) : null}
      {pages.loading ? (
        <Loading>
          <Skeleton height={height} />
        </Loading>
      ) : null}
      {items === undefined ? null : items.length === 0 ? (
        <EmptyState icon={icon} title={texts.none}>
          {texts.noneAbout}
        </EmptyState>
      ) : (
        <Table caption={texts.table} columns={columns} rows={items} keyOf={({ id }) => id} />
      )}
      <More hasMore={pages.hasMore} loading={pages.loadingMore} onMore={pages.more} />
    </>
  );
}
