import type { Alert } from "./alert.ts";
import type { AlertFormats, AlertTexts } from "./alert-texts.ts";

const rungs: Readonly<Record<string, string>> = {
  warn: "The archive's disk is filling up",
  no_exports: "The archive's disk is nearly full: new exports wait",
  no_renditions: "The archive's disk is nearly full: only the source is recorded",
  no_recordings: "The archive's disk is full: nothing is recorded",
};

const degraded: Readonly<Record<string, string>> = {
  slow: "This machine cannot encode it fast enough. Choose a smaller set of qualities, or free the machine.",
  memory: "The encoder took too much memory and was stopped.",
  encoder: "Its encoder failed; another one has taken over.",
  start: "Its encoder does not start. See the doctor page.",
};

export const alertTextsEn: AlertTexts = {
  title(alert, formats) {
    switch (alert.kind) {
      case "export_failed":
        return `No file of “${alert.data.title}”`;
      case "export_stalled":
        return `Nothing was heard of the export of “${alert.data.title}” for ${formats.number(alert.data.minutes)} min`;
      case "sink_disabled":
        return `Events are no longer delivered to ${alert.data.url}`;
      case "archive_pressure":
        return rungs[alert.data.rung] ?? "The archive's disk is filling up";
      case "archive_gap":
        return `${formats.number(alert.data.seconds, 1)} s of “${alert.data.stream}” were not recorded`;
      case "media_lost":
        return `A crash of the media server cost ${formats.number(alert.data.seconds, 1)} s of recordings`;
      case "transcoder_degraded":
        return `“${alert.data.stream}” lacks the quality ${alert.data.rendition}`;
      case "media_server_away":
        return "The media server does not answer";
      case "event_poisoned":
        return `An event could not be taken in: ${alert.data.type}`;
      case "task_failed":
        return `A task of the site was given up: ${alert.data.task}`;
      case "webhook_dead":
        return "The alert webhook took nothing for a day";
      case "certificate_expiring":
        return `The certificate of ${alert.data.host} ends on ${formats.dateTime(alert.data.expiresAt)}`;
    }
  },
  advice(alert, formats) {
    switch (alert.kind) {
      case "export_failed":
        return alert.data.fallback === null
          ? `${alert.data.message}. The recording stays; retry, or offer something else.`
          : `${alert.data.message}. Viewers have a fallback meanwhile.`;
      case "export_stalled":
        return "Look whether the media server works on it. Abort it and begin again if it does not.";
      case "sink_disabled":
        return `${alert.data.status === null ? "No answer came" : `The last answer was ${alert.data.status}`}. Repair the receiver, enable the sink, and replay what it missed.`;
      case "archive_pressure":
        return pressureAdvice(alert, formats);
      case "archive_gap":
        return alert.data.reason === "disk_full"
          ? "The disk was full. Make room, or the next broadcast loses media too."
          : `Reason: ${alert.data.reason}. See whether the disk is slow or broken.`;
      case "media_lost":
        return `It recovered what was on disk of ${formats.number(alert.data.streams)} recordings. See its log for why it ended.`;
      case "transcoder_degraded":
        return (
          degraded[alert.data.reason] ??
          "Its encoder failed and is started again. The source plays and is recorded on."
        );
      case "media_server_away":
        return `${alert.data.message}. Nobody can go live or watch. It is tried again by itself.`;
      case "event_poisoned":
        return `${alert.data.message}. Pages may show what is no longer so. Try the event again on the page of events.`;
      case "task_failed":
        return `${alert.data.message}. It is not tried again by itself.`;
      case "webhook_dead":
        return `${alert.data.status === null ? "No answer came" : `The last answer was ${alert.data.status}`} from ${alert.data.url}. Send a test from the settings when it is repaired.`;
      case "certificate_expiring":
        return "Renew it before that: browsers refuse the site afterwards.";
    }
  },
};

function pressureAdvice(
  alert: Alert & { kind: "archive_pressure" },
  formats: AlertFormats,
): string {
  const { freeBytes, fullAt } = alert.data;
  const free = `${formats.bytes(freeBytes)} are free`;
  const when = fullAt === null ? "" : `, and it is full by ${formats.dateTime(fullAt)}`;
  return `${free}${when}. Shorten retention, delete old recordings, or add a disk.`;
}
