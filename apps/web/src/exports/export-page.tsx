import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useCall, useErrorText, useFormats, useParam, useTitle } from "../core/index.ts";
import { buttonClass, Card, ErrorState, Loading, PageHeader } from "../ui/index.tsx";
import css from "./exports.module.css";
import { partOf } from "./exports-page.tsx";
import { useExportTexts } from "./texts.ts";
import { useToldWishes } from "./use-wishes.ts";
import { WishBadge } from "./wish-badge.tsx";
import { WishPanel } from "./wish-panel.tsx";

/** `/studio/exports/$wish`: one file, from the wish to its page. */
export function ExportPage(): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const id = useParam("wish");
  const asked = useCall("exports.get", { params: { wish: id } }, { staleTime: Infinity });
  const wish = asked.data;
  useToldWishes(wish === undefined ? [] : [wish.channel]);
  useTitle(wish?.title ?? texts.title);
  if (wish === undefined) {
    if (asked.error === null) return <Loading />;
    const isUnknown = asked.error.code === "not_found";
    return (
      <ErrorState
        page
        title={isUnknown ? texts.notThere : texts.loadFailed}
        onRetry={isUnknown ? undefined : () => void asked.refetch()}
        actions={
          <a href="/studio/exports" className={buttonClass()}>
            {texts.all}
          </a>
        }
      >
        {errorText(asked.error)}
      </ErrorState>
    );
  }
  return (
    <>
      <PageHeader
        title={wish.title}
        about={wish.askedBy === null ? texts.automatic : texts.askedBy(wish.askedBy)}
        badges={<WishBadge state={wish.state} />}
        actions={
          <a href={`/studio/exports?video=${wish.video.id}`} className={buttonClass()}>
            {texts.all}
          </a>
        }
      />
      <div className={css["columns"]}>
        <WishPanel wish={wish} />
        <Details wish={wish} />
      </div>
    </>
  );
}

function Details({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const { facts } = texts;
  const { options, file } = wish;
  const making = [
    texts.modes[options.mode],
    ...(wish.range === null || options.mode === "transcode" ? [] : [texts.cuts[options.cut]]),
  ];
  return (
    <Card title={texts.details}>
      <dl className={css["facts"]}>
        <div>
          <dt>{facts.video}</dt>
          <dd>
            <a href={`/studio/recordings/${wish.video.id}`}>{wish.video.title}</a>
          </dd>
        </div>
        <Fact name={facts.part}>{partOf(wish, texts, formats)}</Fact>
        <Fact name={facts.mode}>{making.join(", ")}</Fact>
        <Fact name={facts.qualities}>
          {formats.list(
            options.renditions.map((name) => (name === "source" ? texts.source : name)),
          )}
        </Fact>
        {options.subtitles.length === 0 ? null : (
          <Fact name={facts.subtitles}>
            {formats.list(options.subtitles.map(({ label }) => label))}
          </Fact>
        )}
        <Fact name={facts.when}>{formats.dateTime(wish.createdAt)}</Fact>
        {file === null ? null : (
          <>
            <Fact name={facts.length}>{formats.duration(file.duration)}</Fact>
            <Fact name={facts.size}>{formats.bytes(file.bytes)}</Fact>
          </>
        )}
      </dl>
    </Card>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
