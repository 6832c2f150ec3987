import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FlvDemuxer } from "@oxbow/containers";
import {
  type AudioConfig,
  type Frame,
  type Millis,
  parseAudioSpecificConfig,
  parseAvcConfig,
  type Track,
  type VideoConfig,
} from "@oxbow/media";
import { type Archive, openArchive } from "../apps/server/src/archive/index.ts";
import { createPackager } from "../apps/server/src/packager/index.ts";
import { archiveStore, type OpenStore, openStore } from "../apps/server/src/store/index.ts";
import { createWorld, type World } from "../apps/server/src/world.ts";

export const STREAM = { id: "str_bench", name: "bench" };
const BROADCAST = "brd_bench";

export type RecordedArchive = {
  readonly world: World;
  readonly store: OpenStore;
  readonly archive: Archive;
};

/** Opens the archive of a data folder, as a server does. */
export async function openRecorded(folder: string): Promise<RecordedArchive> {
  const world = createWorld({ logLevel: "error" });
  const store = await openStore({ file: join(folder, "oxbow.db") }, world);
  await store.commit(async (tx) => {
    const row = {
      ...{ ...STREAM, title: null, publish_key: "", publish_key_hash: "", policy: "{}" },
      ...{ state: '{"at":"offline"}', broadcast_id: null, created_at: 0, deleted_at: null },
    };
    await tx
      .insertInto("streams")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return { value: undefined, events: [] };
  });
  const root = join(folder, "archive");
  const archive = await openArchive({ root, store: archiveStore(store), world });
  await archive.recover();
  return { world, store, archive };
}

type Loop = { readonly tracks: readonly Track[]; readonly frames: readonly (readonly Frame[])[] };

const FRAME_TICKS = 3000;
const SEALED_EVERY = 300;

/** Records a clip over and over through packager and archive, faster than real time. */
export async function record(
  recorded: RecordedArchive,
  loop: Loop,
  from: Millis,
  seconds: number,
): Promise<void> {
  const broadcast = goOnAir(recorded, loop, from);
  await broadcast.go(seconds);
  await broadcast.end();
}

/** A broadcast of a clip over and over: `go` records so many seconds more. */
export function goOnAir({ archive, world }: RecordedArchive, loop: Loop, from: Millis) {
  const recorder = archive.record(STREAM, BROADCAST);
  const packager = createPackager({
    ...{ stream: STREAM.id, broadcast: BROADCAST, rendition: "source", nextSegment: 0 },
    ...{ partMs: 500, segmentMs: 2000, longestSegmentMs: 12_000 },
    newStretchId: () => world.id("stt"),
    outputs: [recorder],
  });
  packager.begin({ reason: "start", tracks: loop.tracks, origin: from });
  const [video = [], audio = []] = loop.frames;
  let [picture, heard] = [0, 0];
  return {
    async go(seconds: number): Promise<void> {
      for (const end = picture + seconds * 30; picture < end; picture += 1) {
        const shown = video[picture % video.length];
        if (shown !== undefined) packager.frame({ ...shown, dts: picture * FRAME_TICKS });
        for (; audio.length > 0 && heard * 1024 < picture * 1600; heard += 1) {
          const sound = audio[heard % audio.length];
          if (sound !== undefined) packager.frame({ ...sound, dts: heard * 1024 });
        }
        if (picture % SEALED_EVERY === 0) await recorder.sealed();
      }
      await recorder.sealed();
    },
    async end(): Promise<void> {
      packager.end();
      await recorder.close();
    },
  };
}

/** The frames of a clip of 30 pictures a second and AAC of 48 kHz. */
export async function readLoop(file: string): Promise<Loop> {
  const video: Frame[] = [];
  const audio: Frame[] = [];
  const configs: { video?: VideoConfig; audio?: AudioConfig } = {};
  for (const { kind, body } of new FlvDemuxer().push(await readFile(file))) {
    const header = body[1] === 0;
    if (kind === "video" && header) configs.video = parseAvcConfig(body.slice(5));
    else if (kind === "video" && body[1] === 1) {
      const bytes = Buffer.from(body);
      const cto = bytes.readIntBE(2, 3) * 90;
      const key = bytes.readUInt8(0) >> 4 === 1;
      video.push({ track: 1, dts: 0, cto, key, data: body.subarray(5) });
    } else if (kind === "audio" && header) {
      configs.audio = parseAudioSpecificConfig(body.slice(2));
    } else if (kind === "audio") {
      audio.push({ track: 2, dts: 0, cto: 0, key: true, data: body.subarray(2) });
    }
  }
  if (configs.video === undefined || configs.audio === undefined) throw new Error("No clip");
  const tracks: Track[] = [
    { id: 1, timescale: 90_000, language: "und", config: configs.video },
    { id: 2, timescale: 48_000, language: "und", config: configs.audio },
  ];
  return { tracks, frames: [video, audio] };
}

/** The same tables with hardly a byte of media: a day of it fits on any disk. */
export function thinned({ tracks, frames }: Loop): Loop {
  return {
    tracks,
    frames: frames.map((each) =>
      each.map((frame) => ({ ...frame, data: frame.data.subarray(0, 24) })),
    ),
  };
}
