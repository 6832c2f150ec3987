import type { Alert } from "@oxbow/site-contract";
import { textOfAlert } from "@oxbow/site-contract/alert-texts";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Badge, Button, classNames, type Tone, useToast } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const tones: Readonly<Record<Alert["severity"], Tone>> = {
  info: "neutral",
  warning: "warn",
  critical: "bad",
};

/** Alerts, each with what it means, what to do, and where. */
export function AlertList({ alerts }: { readonly alerts: readonly Alert[] }): ReactNode {
  return (
    <ul className={css["alerts"]}>
      {alerts.map((alert) => (
        <AlertItem key={alert.id} alert={alert} />
      ))}
    </ul>
  );
}

function AlertItem({ alert }: { readonly alert: Alert }): ReactNode {
  const texts = useOperatorTexts();
  const formats = useFormats();
  const { title, advice } = textOfAlert(texts.alertTexts, alert, formats);
  const isOpen = alert.state === "open";
  return (
    <li className={classNames(css["alert"], isOpen && css[alert.severity])}>
      <div className={css["row"]}>
        <Badge tone={isOpen ? tones[alert.severity] : "neutral"}>
          {texts.severities[alert.severity]}
        </Badge>
        <h3>{title}</h3>
      </div>
      <p>{advice}</p>
      <div className={css["foot"]}>
        <span>
          {texts.needs.since(formats.dateTime(alert.firstAt))}
          {alert.count > 1 ? ` · ${texts.needs.times(alert.count)}` : ""}
          {isOpen ? "" : ` · ${resolvedBy(alert, texts.needs)}`}
        </span>
        <span className={css["buttons"]}>
          <AlertLink alert={alert} />
          {isOpen ? <ResolveButton alert={alert} title={title} /> : null}
        </span>
      </div>
    </li>
  );
}

function resolvedBy(
  { resolvedBy: who }: Alert,
  texts: ReturnType<typeof useOperatorTexts>["needs"],
): string {
  return who === null ? texts.byItself : texts.resolvedBy(who);
}

/** Where to look. */
function AlertLink({ alert }: { readonly alert: Alert }): ReactNode {
  const { links } = useOperatorTexts().needs;
  const { wish, video, sink, event, stream } = alert.about;
  if (wish !== undefined) return <a href="/operator/exports?state=needed">{links.exports}</a>;
  if (video !== undefined) return <a href={`/watch/${video}`}>{links.video}</a>;
  if (sink !== undefined) return <a href="/operator/sinks">{links.sink}</a>;
  if (event !== undefined) return <a href="/operator/events">{links.event}</a>;
  if (stream === undefined || stream === "") return null;
  return <a href={`/operator/events?stream=${encodeURIComponent(stream)}`}>{links.stream}</a>;
}

function ResolveButton({
  alert,
  title,
}: {
  readonly alert: Alert;
  readonly title: string;
}): ReactNode {
  const texts = useOperatorTexts().needs;
  const tell = useToast();
  const resolve = useAct("alerts.resolve", {
    invalidates: ["alerts.list", "alerts.unread"],
    onDone: () => tell(texts.resolved, "good"),
  });
  return (
    <Button
      size="s"
      icon="check"
      busy={resolve.isPending}
      aria-label={`${texts.resolve}: ${title}`}
      onClick={() => resolve.mutate({ params: { alert: alert.id } })}
    >
      {texts.resolve}
    </Button>
  );
}
