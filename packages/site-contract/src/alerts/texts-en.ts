import type { AlertData } from "./alert-kinds.ts";
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

const noFile: Readonly<Record<string, string>> = {
  storage_full:
    "The media server's disk is full. Make room: delete old recordings or files, shorten retention, or add a disk. The file is made by itself when there is room",
  encoder_missing: "The media server has no encoder. Install FFmpeg on it, and try again",
};

export const alertTextsEn: AlertTexts = {
  export_failed: {
    title: (data) => `No file of “${data.title}”`,
    advice: (data) =>
      data.fallback === null
        ? `${noFile[data.code] ?? data.message}. Nothing stands in for it as yet: decide on the page of exports.`
        : `${noFile[data.code] ?? data.message}. Viewers have a fallback meanwhile.`,
  },
  export_stalled: {
    title: (data, formats) =>
      `Nothing was heard of the export of “${data.title}” for ${formats.number(data.minutes)} min`,
    advice: () =>
      "Look whether the media server works on it. Abort it and begin again if it does not.",
  },
  sink_disabled: {
    title: (data) => `Events are no longer delivered to ${data.url}`,
    advice: (data) =>
      `${data.status === null ? "No answer came" : `The last answer was ${data.status}`}. Repair the receiver, enable the sink, and replay what it missed.`,
  },
  archive_pressure: {
    title: (data) => rungs[data.rung] ?? "The archive's disk is filling up",
    advice: (data, formats) => pressureAdvice(data, formats),
  },
  archive_gap: {
    title: (data, formats) =>
      `${formats.number(data.seconds, 1)} s of “${data.stream}” were not recorded`,
    advice: (data) =>
      data.reason === "disk_full"
        ? "The disk was full. Make room, or the next broadcast loses media too."
        : `Reason: ${data.reason}. See whether the disk is slow or broken.`,
  },
  media_lost: {
    title: (data, formats) =>
      `A crash of the media server cost ${formats.number(data.seconds, 1)} s of recordings`,
    advice: (data, formats) =>
      `It recovered what was on disk of ${formats.number(data.streams)} recordings. See its log for why it ended.`,
  },
  transcoder_degraded: {
    title: (data) => `“${data.stream}” lacks the quality ${data.rendition}`,
    advice: (data) =>
      degraded[data.reason] ??
      "Its encoder failed and is started again. The source plays and is recorded on.",
  },
  media_server_away: {
    title: () => "The media server does not answer",
    advice: (data) => `${data.message}. Nobody can go live or watch. It is tried again by itself.`,
  },
  event_poisoned: {
    title: (data) => `An event could not be taken in: ${data.type}`,
    advice: (data) =>
      `${data.message}. Pages may show what is no longer so. Try the event again on the page of events.`,
  },
  task_failed: {
    title: (data) => `A task of the site was given up: ${data.task}`,
    advice: (data) => `${data.message}. It is not tried again by itself.`,
  },
  chat_reported: {
    title: (data) => `A chat message was reported by ${data.reports} people`,
    advice: () => "Nobody who moderates the chat has looked at it yet. Open the video to judge it.",
  },
  webhook_dead: {
    title: () => "The alert webhook takes nothing",
    advice: (data) =>
      `${data.status === null ? "No answer came" : `The last answer was ${data.status}`} from ${data.url}. Send a test from the settings when it is repaired.`,
  },
  clocks_apart: {
    title: (data, formats) =>
      `The clocks of the site and of the media server are ${formats.number(Math.abs(data.seconds))} s apart`,
    advice: () =>
      "Webhooks are refused for it, and pages follow minutes late. Set both clocks by NTP.",
  },
  certificate_expiring: {
    title: (data, formats) =>
      `The certificate of ${data.host} ends on ${formats.dateTime(data.expiresAt)}`,
    advice: () => "Renew it before that: browsers refuse the site afterwards.",
  },
};

function pressureAdvice(
  { rung, freeBytes, fullAt }: AlertData<"archive_pressure">,
  formats: AlertFormats,
): string {
  const free = `${formats.bytes(freeBytes)} are free`;
  const isFull = rung === "no_recordings";
  const when = isFull || fullAt === null ? "" : `, and it is full by ${formats.dateTime(fullAt)}`;
  return `${free}${when}. Shorten retention, delete old recordings, or add a disk.`;
}
