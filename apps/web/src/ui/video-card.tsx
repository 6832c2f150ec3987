import type { ReactNode } from "react";
import { Avatar } from "./avatar.tsx";
import { Badge } from "./badge.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import { Skeleton } from "./progress.tsx";
import { useUiTexts } from "./ui-texts.tsx";
import css from "./video-card.module.css";

export type VideoCardProps = {
  readonly href: string;
  readonly title: string;
  /** URL of a still of 16:9; null: there is none. */
  readonly still: string | null;
  /** On air now. */
  readonly live?: boolean;
  /** Where it is neither on air nor over: "Starts at 20:00", "Private". */
  readonly badge?: ReactNode;
  /** `1:02:03`; the length is told to those who listen as part of the line. */
  readonly duration?: string | undefined;
  readonly channel?: { readonly name: string; readonly href: string } | undefined;
  /** Further facts: "1.2K watching", "3 days ago". */
  readonly facts?: readonly string[];
  readonly heading?: "h2" | "h3";
  /** One of the first on the page: its still is not put off. */
  readonly early?: boolean;
};

/** The 16:9 picture of a video, with what lies upon it. */
export function Still({
  src,
  live = false,
  badge,
  duration,
  early = false,
}: {
  readonly src: string | null;
  readonly live?: boolean;
  readonly badge?: ReactNode;
  readonly duration?: string | undefined;
  readonly early?: boolean;
}): ReactNode {
  const texts = useUiTexts();
  return (
    <span className={css["still"]}>
      <span className={css["none"]}>
        <Icon name={live ? "broadcast" : "film"} size="l" />
      </span>
      {src === null ? null : (
        <img
          src={src}
          alt=""
          width={640}
          height={360}
          loading={early ? "eager" : "lazy"}
          fetchPriority={early ? "high" : "auto"}
          decoding="async"
          // A still that cannot be loaded leaves what lies behind it.
          onError={(event) => event.currentTarget.setAttribute("hidden", "")}
        />
      )}
      <span className={css["corner"]}>
        {live ? <Badge tone="live">{texts.live}</Badge> : badge}
      </span>
      {duration === undefined || live ? null : <span className={css["duration"]}>{duration}</span>}
    </span>
  );
}

/** A video in a list. The title is the link, and the whole card presses it. */
export function VideoCard({ heading: Heading = "h3", ...props }: VideoCardProps): ReactNode {
  const { href, title, channel, facts = [] } = props;
  return (
    <article className={css["card"]}>
      <Still
        src={props.still}
        live={props.live ?? false}
        badge={props.badge}
        duration={props.duration}
        early={props.early ?? false}
      />
      <div className={css["words"]}>
        {channel === undefined ? null : <Avatar name={channel.name} />}
        <div className={css["lines"]}>
          <Heading className={css["title"]}>
            <a href={href} className={css["link"]}>
              {title}
            </a>
          </Heading>
          {channel === undefined ? null : (
            <a href={channel.href} className={css["channel"]}>
              {channel.name}
            </a>
          )}
          {facts.length === 0 ? null : <p className={css["facts"]}>{facts.join(" · ")}</p>}
        </div>
      </div>
    </article>
  );
}

/** As many columns as there is room for. */
export function VideoGrid({ children }: { readonly children: ReactNode }): ReactNode {
  return <ul className={css["grid"]}>{children}</ul>;
}

/** Where cards will be. */
export function VideoGridSkeleton({ count = 8 }: { readonly count?: number }): ReactNode {
  return (
    <div className={css["grid"]}>
      {Array.from({ length: count }, (_, at) => (
        <div key={at} className={css["card"]}>
          <span className={classNames(css["still"], css["waiting"])} />
          <Skeleton width="85%" height="1.1em" />
          <Skeleton width="50%" height="0.9em" />
        </div>
      ))}
    </div>
  );
}
