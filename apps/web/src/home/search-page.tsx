import { type ReactNode, type SubmitEvent, useState } from "react";
import { useErrorText, useGo, usePages, useQueryTexts, useTitle } from "../core/index.ts";
import {
  Button,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  More,
  TextInput,
  VideoGridSkeleton,
} from "../ui/index.tsx";
import css from "./home.module.css";
import { useHomeTexts } from "./texts.ts";
import { VideoList } from "./video-list.tsx";

/** `/search?q=`: public videos by their words. */
export function SearchPage(): ReactNode {
  const texts = useHomeTexts();
  const words = (useQueryTexts().get("q") ?? "").trim();
  const title = words === "" ? texts.searchTitle : texts.searchFor(words);
  useTitle(title);
  return (
    <div className={css["page"]}>
      <h1 tabIndex={-1}>{title}</h1>
      <SearchForm key={words} words={words} />
      {words === "" ? (
        <EmptyState icon="search" title={texts.searchStart}>
          {texts.searchHint}
        </EmptyState>
      ) : (
        <Results words={words} />
      )}
    </div>
  );
}

function SearchForm({ words }: { readonly words: string }): ReactNode {
  const texts = useHomeTexts();
  const go = useGo();
  const [text, setText] = useState(words);
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    go(`/search?${new URLSearchParams({ q: text.trim() }).toString()}`);
  };
  return (
    <search>
      <form onSubmit={search} className={css["searchForm"]} action="/search">
        <Field label={texts.searchLabel}>
          <TextInput
            type="search"
            name="q"
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Field>
        <Button type="submit" variant="primary" icon="search">
          {texts.searchNow}
        </Button>
      </form>
    </search>
  );
}

function Results({ words }: { readonly words: string }): ReactNode {
  const texts = useHomeTexts();
  const errorText = useErrorText();
  const pages = usePages("videos.search", { query: { q: words } });
  const { items, error, hasMore } = pages;
  if (items === undefined)
    return error === null ? (
      <Loading label={texts.loading}>
        <VideoGridSkeleton />
      </Loading>
    ) : (
      <ErrorState title={texts.failed} onRetry={pages.refetch}>
        {errorText(error)}
      </ErrorState>
    );
  const found = hasMore ? texts.searchFoundMore(items.length) : texts.searchFound(items.length);
  return (
    <>
      <p role="status" className={css["found"]}>
        {items.length === 0 ? "" : found}
      </p>
      {items.length === 0 ? (
        <EmptyState icon="search" title={texts.searchNone(words)}>
          {texts.searchNoneAbout}
        </EmptyState>
      ) : (
        <VideoList videos={items} heading="h2" early />
      )}
      <More hasMore={hasMore} loading={pages.loadingMore} onMore={pages.more} />
    </>
  );
}
