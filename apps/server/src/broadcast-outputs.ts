import { type Frame, followCaptions, type Millis, millis, type Track } from "@oxbow/media";
import type { Archive } from "./archive/index.ts";
import type { Ladders } from "./ladders.ts";
import type { Live } from "./live/index.ts";
import type { Markers } from "./markers/index.ts";
import {
  createPackager,
  type MediaPlace,
  type PackagerOutput,
  type StretchReason,
} from "./packager/index.ts";
import type { BroadcastOutput, OutputPosition, Outputs, Stream } from "./streams/index.ts";
import type { World } from "./world.ts";

const PART_MS = 500;
/**
 * Parts of a low-latency stream. At 24, 25, 29.97, 30, 50 and 60 pictures a second, and with AAC of 1024
 * or 2048 samples at 44.1 and 48 kHz, some number of frames lasts at least 85 % of it (rfc8216bis
 * §4.4.4.9) with a millisecond to spare; 200 ms would do so for none of 24.
 */
const LOW_LATENCY_PART_MS = 214;
const SEGMENT_MS = 2_000;
/** The first segment may be as long as the keyframe interval that encoders choose by themselves. */
const LONGEST_SEGMENT_MS = 12_000;
/** How far back a live playlist may reach. */
const REWIND_MS = 12 * 3_600_000;

/**
 * Follows the frames of a broadcast before they are cut, as the packager gets them. Every call is
 * synchronous and cheap, keeps buffers by reference, and must not throw.
 */
export interface FrameTap {
  /** A stretch begins, at a keyframe where there is video; it ends the one before. */
  begin(stretch: {
    readonly reason: StretchReason;
    readonly tracks: readonly Track[];
    /** Wall clock of tick 0 of the broadcast's timeline. */
    readonly origin: Millis;
  }): void;
  frame(frame: Frame): void;
  /** The encoder is gone. `begin` may follow. */
  interrupt(): void;
  /** The broadcast is over: nothing follows. */
  end(): void;
}

export type OutputFolders = {
  readonly live: Live;
  readonly archive: Archive;
  /** Further qualities; absent where none are made. */
  readonly ladders?: Ladders;
  /** What is marked in broadcasts. */
  readonly markers?: Markers;
  readonly world: World;
  /** Who else wants the frames of a broadcast; asked once, when it opens. */
  readonly tap?: (
    stream: { readonly id: string; readonly name: string },
    broadcast: string,
  ) => FrameTap | undefined;
};

/** Frames of a broadcast are cut once; the live window and the recorder share what comes out. */
export function broadcastOutputs(folders: OutputFolders): Outputs {
  const { archive } = folders;
  return {
    open: (stream, broadcast, from, playable) =>
      openOutput(folders, stream, broadcast, from, playable),
    async recorded(stream) {
      const to = archive.newest(stream);
      return to === undefined ? null : { to, nextSegment: await archive.nextSegment(stream) };
    },
  };
}

function openOutput(
  { live, archive, ladders, markers, world, tap }: OutputFolders,
  stream: Stream,
  broadcast: string,
  from: OutputPosition,
  playable: () => void,
): BroadcastOutput {
  const { id, name } = stream;
  const { record, latency } = stream.policy;
  const isLow = latency === "low";
  const window = live.open({
    stream: { id, name },
    broadcast,
    ...(isLow && { partMs: LOW_LATENCY_PART_MS }),
    ...(markers && { markers }),
    ...(record && recordedMedia({ archive, world }, id, broadcast)),
    firstMediaSequence: from.mediaSequence,
    firstDiscontinuitySequence: from.discontinuity,
    ...(from.targetDuration === null ? {} : { targetDuration: from.targetDuration }),
  });
  const recorder = record ? archive.record({ id, name }, broadcast) : null;
  const partMs = isLow ? LOW_LATENCY_PART_MS : PART_MS;
  const ladder = ladders?.open({ stream, broadcast, partMs, window });
  const packager = createPackager({
    stream: id,
    broadcast,
    rendition: "source",
    partMs,
    segmentMs: SEGMENT_MS,
    longestSegmentMs: LONGEST_SEGMENT_MS,
    nextSegment: from.segment,
    ...(from.targetDuration === null ? {} : { targetDuration: from.targetDuration }),
    newStretchId: () => world.id("stt"),
    // The announcer comes last: what it tells can be asked for.
    outputs: [
      ...(ladder ? [ladder.boundaries] : []),
      window,
      ...(recorder ? [recorder] : []),
      announcer(playable),
    ],
  });
  const frames = tap?.({ id, name }, broadcast);
  const captions = followCaptions((services) => {
    window.captions(services.map((service) => ({ service, name: service })));
  });
  return {
    begin: (stretch) => {
      packager.begin(stretch);
      captions.begin(stretch.tracks);
      frames?.begin(stretch);
      ladder?.tap.begin(stretch);
    },
    frame: (frame) => {
      packager.frame(frame);
      captions.frame(frame);
      frames?.frame(frame);
      ladder?.tap.frame(frame);
    },
    room: () => recorder?.room(),
    interrupt: (missed) => {
      packager.interrupt();
      frames?.interrupt();
      ladder?.tap.interrupt();
      if (missed) window.interrupted(world.now());
    },
    end: async () => {
      packager.end();
      frames?.end();
      window.ended();
      await Promise.all([recorder?.close(), ladder?.tap.end().then(() => ladder.recorded())]);
    },
    position: () => ({
      segment: packager.nextSegment,
      mediaSequence: window.nextMediaSequence,
      discontinuity: window.nextDiscontinuitySequence,
      targetDuration: packager.targetDuration ?? null,
    }),
  };
}

/** What a live window may have of the archive. */
function recordedMedia(
  { archive, world }: Pick<OutputFolders, "archive" | "world">,
  stream: string,
  broadcast: string,
) {
  const since = millis(world.now() - REWIND_MS);
  const failed = (what: string) => (error: unknown) => {
    world.log.error({ err: error, broadcast }, what);
  };
  return {
    recordedTo: () => archive.newest(stream),
    oldest: async () => {
      const now = world.now();
      // A moment's view, for what it tells of the whole archive.
      const view = archive.view(stream, now, millis(now + 1));
      return (await view.catch(failed("the archive's beginning not known")))?.oldest ?? undefined;
    },
    older: (place: MediaPlace) => archive.media(stream, place),
    // Of a broadcast that begins there is none; of one that a restart cut, what can be rewound to.
    recorded: archive
      .seed(stream, broadcast, since)
      .catch(failed("earlier media of the broadcast not listed"))
      .then((found) => found ?? []),
  };
}

/** Calls once, at the first segment. */
function announcer(playable: () => void): PackagerOutput {
  let told = false;
  return {
    stretchBegan: () => {},
    chunkSealed: () => {},
    segmentSealed: () => {
      if (told) return;
      told = true;
      playable();
    },
    stretchEnded: () => {},
  };
}
