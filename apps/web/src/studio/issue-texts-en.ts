import type { EncoderEnd, IssueCode } from "@oxbow/site-contract";

/** What is so, and what to do about it. */
export type Advice = { readonly what: string; readonly advice: string };

/** What can be wrong with a broadcast. */
export const issuesEn = {
  /** Why an encoder that was connected is gone, and what to do. */
  ends: {
    unpublish: "Your encoder stopped streaming.",
    lost: "The connection broke. OBS connects again by itself; check your network if it doesn’t.",
    idle: "Your encoder was connected, and sent nothing. Stop and start streaming in OBS.",
    malformed:
      "What your encoder sent could not be read. Stop and start streaming in OBS, and update it if that doesn’t help.",
    limit:
      "Your encoder sent more than the server takes. Lower the bitrate in OBS: Settings → Output.",
    kicked:
      "It was disconnected here: by an operator, or as a new stream key was made. Put the new key into OBS: Settings → Stream.",
    ended: "The broadcast was ended here.",
    replaced: "Your encoder connected again, and the old connection was closed.",
    rejected:
      "Your encoder sends a codec that is not supported. In OBS: Settings → Output → Video encoder: H.264; Audio encoder: AAC.",
  } satisfies Record<EncoderEnd, string>,
  /** Why a quality is not made. */
  transcoderReasons: {
    slow: "The server is too slow for it.",
    crashed: "The program that makes it ended, and is started again.",
    hung: "The program that makes it stood still, and is started again.",
    memory: "The program that makes it took too much memory.",
    encoder: "Another encoder of the server took over.",
    start: "The program that makes it does not start.",
  },
  issues: {
    encoderLost: {
      what: "Your encoder is gone",
      advice: "The broadcast waits for it for a while, and goes on when it is back.",
    },
    recordingStopped: {
      what: "This is not being recorded",
      advice:
        "The server’s disk is nearly full. You stay on air, and what is shown now will be missing from the recording. Record in OBS as well (Start Recording), and tell the operator: recording goes on by itself when there is room.",
    },
    renditionsNotRecorded: {
      what: "Only your own quality is recorded",
      advice:
        "The server’s disk is filling up. Viewers of the recording have no smaller qualities for this stretch. Tell the operator.",
    },
    noVideo: {
      what: "No picture",
      advice: "Check that a scene is shown in OBS, and that the video encoder is not switched off.",
    },
    noAudio: {
      what: "No sound",
      advice:
        "Check the audio mixer in OBS; a stream without any sound plays badly on some devices.",
    },
    gopLong: {
      what: "Keyframes are far apart",
      advice:
        "In OBS: Settings → Output → Advanced → Keyframe interval: 2 s. Viewers join and recover sooner then.",
    },
    starved: {
      what: "Too little arrives",
      advice:
        "Your connection or computer does not keep up. Lower the bitrate in OBS (Settings → Output), use a cable instead of Wi-Fi, or close other programs.",
    },
    fasterThanRealtime: {
      what: "More arrives than time passes",
      advice: "Your encoder sends faster than real time. Send files with ffmpeg’s -re.",
    },
    transcoderDegraded: {
      what: "A quality is missing",
      advice:
        "The server can’t make one of the smaller qualities now. Your own picture goes on. Choose fewer qualities in your channel’s settings for the next broadcast, or ask the operator.",
    },
  } satisfies Record<IssueCode, Advice>,
  issueParams: {
    seconds: (seconds: string) => `${seconds} s`,
    rendition: (name: string) => name,
  },
  unknownIssue: {
    what: (code: string) => `Problem “${code}”`,
    advice: "Look at your encoder’s own figures.",
  },
};
