import type { ReactNode } from "react";
import { useAnswers, useGo, usePages, useQueryTexts, useTitle, useUpdates } from "../core/index.ts";
import { EmptyState, Field, More, PageHeader, Select } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { ExportTable } from "./export-table.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

const filters = ["all", "needed", "unfinished", "ready", "failed", "aborted"] as const;
type Filter = (typeof filters)[number];

/** `/operator/exports`: every wish for a file. */
export function OperatorExportsPage(): ReactNode {
  const texts = useOperatorTexts().exports;
  useTitle(texts.title);
  const go = useGo();
  const answers = useAnswers();
  const asked = useQueryTexts().get("state");
  const filter: Filter = filters.find((one) => one === asked) ?? "all";
  const wishes = usePages("exports.list", {
    query: { limit: 50, ...(filter === "all" ? {} : { state: filter }) },
  });
  useUpdates(["operator"], ({ type }) => {
    if (type === "export.changed") void answers.invalidate("exports.list");
  });
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <div className={css["filters"]}>
        <Field label={texts.filter}>
          <Select
            value={filter}
            onChange={({ target }) =>
              go(
                target.value === "all"
                  ? "/operator/exports"
                  : `/operator/exports?state=${target.value}`,
                { replace: true },
              )
            }
          >
            {filters.map((one) => (
              <option key={one} value={one}>
                {texts.filters[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Answered asked={{ data: wishes.items, error: wishes.error, refetch: wishes.refetch }}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="download" title={texts.empty}>
              {texts.emptyAbout}
            </EmptyState>
          ) : (
            <ExportTable wishes={items} />
          )
        }
      </Answered>
      <More hasMore={wishes.hasMore} loading={wishes.loadingMore} onMore={wishes.more} />
    </>
  );
}
