import type { IssueCode } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Icon } from "../ui/index.tsx";
import form from "./form.module.css";
import css from "./issue-list.module.css";
import { useStudioTexts } from "./texts.ts";
import type { ChannelHealth } from "./use-health.ts";

const OF_RECORDINGS: ReadonlySet<string> = new Set<IssueCode>([
  "recordingStopped",
  "renditionsNotRecorded",
]);
/** Told with how long the broadcast waits, by `EncoderLost`. */
const LOST = "encoderLost" satisfies IssueCode;

/** What is wrong with a broadcast, and what to do about each. */
export function IssueList({
  health,
  isRecorded,
}: {
  readonly health: ChannelHealth | undefined;
  /** Whether the broadcast is to be recorded: then it is told where it is not. */
  readonly isRecorded: boolean;
}): ReactNode {
  const { health: texts } = useStudioTexts();
  const all = health?.issues ?? [];
  const issues = all.filter(({ code }) => isRecorded || !OF_RECORDINGS.has(code));
  const others = issues.filter(({ code }) => code !== LOST);
  return (
    <div role="status">
      {others.length > 0 ? (
        <ul className={css["issues"]}>
          {others.map((issue) => (
            <IssueLine key={`${issue.code} ${textOf(issue.params["rendition"])}`} issue={issue} />
          ))}
        </ul>
      ) : health === undefined || issues.length > 0 ? null : (
        <p className={css["fine"]}>
          <Icon name="check" />
          {texts.noIssues}
        </p>
      )}
    </div>
  );
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function IssueLine({ issue }: { readonly issue: ChannelHealth["issues"][number] }): ReactNode {
  const { issues, unknownIssue, issueParams, transcoderReasons, health } = useStudioTexts();
  const formats = useFormats();
  const { code, severity, params, since } = issue;
  const known = Object.entries(issues).find(([one]) => one === code)?.[1];
  const { what, advice } = known ?? { what: unknownIssue.what(code), advice: unknownIssue.advice };
  const { seconds, rendition, reason } = params;
  const because = Object.entries(transcoderReasons).find(([one]) => one === reason);
  const detail = [
    typeof seconds === "number" ? issueParams.seconds(formats.number(seconds, 1)) : "",
    typeof rendition === "string" ? issueParams.rendition(rendition) : "",
    health.since(formats.time(since)),
  ].filter((text) => text !== "");
  return (
    <li className={css[severity]}>
      <Icon name={severity === "info" ? "info" : "alert"} />
      <div>
        <p className={css["what"]}>
          {what} <span className={form["dim"]}>{detail.join(" · ")}</span>
        </p>
        {because === undefined ? null : <p>{because[1]}</p>}
        <p>{advice}</p>
      </div>
    </li>
  );
}
