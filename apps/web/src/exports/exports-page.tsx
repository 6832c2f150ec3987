import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import {
  useCall,
  useErrorText,
  useFormats,
  useGo,
  usePages,
  useQueryTexts,
  useTitle,
} from "../core/index.ts";
import {
  buttonClass,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  More,
  PageHeader,
  Progress,
  Select,
} from "../ui/index.tsx";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";
import { useToldWishes } from "./use-wishes.ts";
import { WishBadge } from "./wish-badge.tsx";
import { isUnfinished } from "./wish-progress.tsx";

const filters = ["all", "unfinished", "ready", "failed", "aborted"] as const;
type Filter = (typeof filters)[number];

/** `/studio/exports`: files of one's channel, or of one video (`?video=`), the newest first. */
export function ExportsPage(): ReactNode {
  const texts = useExportTexts();
  const go = useGo();
  const asked = useQueryTexts();
  const video = asked.get("video");
  const filter = filters.find((one) => one === asked.get("state")) ?? "all";
  useTitle(texts.title);
  const change = (state: string): void => {
    const query = new URLSearchParams({ ...(video === null ? {} : { video }), state });
    if (state === "all") query.delete("state");
    go(`/studio/exports${query.size === 0 ? "" : `?${query}`}`, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={texts.title}
        about={texts.about}
        actions={
          video === null ? undefined : (
            <>
              <a href="/studio/exports" className={buttonClass()}>
                {texts.all}
              </a>
              <a
                href={`/studio/exports/new?video=${video}`}
                className={buttonClass({ variant: "primary" })}
              >
                {texts.form.title}
              </a>
            </>
          )
        }
      />
      <div className={css["filters"]}>
        <Field label={texts.filter}>
          <Select value={filter} onChange={(event) => change(event.target.value)}>
            {filters.map((one) => (
              <option key={one} value={one}>
                {texts.filters[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Wishes video={video} filter={filter} />
    </>
  );
}

function Wishes({
  video,
  filter,
}: {
  readonly video: string | null;
  readonly filter: Filter;
}): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const channel = useCall("channels.mine", {}).data?.channel?.id;
  const pages = usePages("exports.list", {
    query: {
      ...(video === null ? {} : { video }),
      ...(filter === "all" ? {} : { state: filter }),
    },
  });
  const { items } = pages;
  const channels = [...(items ?? []).map((wish) => wish.channel)];
  const told = useToldWishes(channel === undefined ? channels : [channel, ...channels]);
  if (items === undefined) {
    return pages.error === null ? (
      <Loading />
    ) : (
      <ErrorState title={texts.loadFailed} onRetry={pages.refetch}>
        {errorText(pages.error)}
      </ErrorState>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState
        title={texts.empty}
        actions={
          <a href="/studio/recordings" className={buttonClass({ variant: "primary" })}>
            {texts.toRecordings}
          </a>
        }
      >
        {texts.emptyAbout}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={css["list"]}>
        {items.map((wish) => (
          <Wish key={wish.id} wish={told.get(wish.id) ?? wish} />
        ))}
      </ul>
      <More hasMore={pages.hasMore} loading={pages.loadingMore} onMore={pages.more} />
    </>
  );
}

function Wish({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const { state, progress, file, error, aborted } = wish;
  return (
    <li className={css["item"]}>
      <div>
        <a href={`/studio/exports/${wish.id}`} className={css["name"]}>
          {wish.title}
        </a>
        <span className={css["dim"]}>
          {[
            partOf(wish, texts, formats),
            formats.dateTime(wish.createdAt),
            file === null ? "" : formats.bytes(file.bytes),
            state === "failed" && error !== null ? texts.reason(error.code, error.message) : "",
            aborted === null || state !== "aborted" ? "" : (aborted.why ?? ""),
          ]
            .filter((part) => part !== "")
            .join(" · ")}
        </span>
      </div>
      <WishBadge state={state} />
      {isUnfinished(wish) ? (
        <div className={css["bar"]}>
          <Progress
            label={texts.progress(wish.title)}
            value={state === "running" ? progress.percent : undefined}
          />
        </div>
      ) : null}
    </li>
  );
}

/** Which part of the broadcast a file is of. */
export function partOf(
  { range }: Pick<ExportWish, "range">,
  texts: ReturnType<typeof useExportTexts>,
  formats: ReturnType<typeof useFormats>,
): string {
  if (range === null) return texts.whole;
  const seconds = (Date.parse(range.to) - Date.parse(range.from)) / 1000;
  return texts.part(formats.duration(seconds));
}
