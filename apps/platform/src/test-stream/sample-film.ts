import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@oxbow/sdk";
import { houseChannel } from "../channels/index.ts";
import type { Store, Tx } from "../store/index.ts";
import { scheduleTask, type TaskHandlers } from "../tasks/index.ts";
import { addFilm } from "../videos/index.ts";
import type { World } from "../world.ts";
import { runFfmpeg } from "./ffmpeg-child.ts";
import { FILM_SECONDS, filmArguments, probeEncoder } from "./synthetic-picture.ts";

const KIND = "testStream.sampleFilm";
const TITLE = "A sample film";
const DESCRIPTION =
  "Made by this site when it was set up, so that there is something to play. Its channel's page and this one are as those of your own videos will be. An operator can delete it.";

/** The longest that the making may take, and the sending, in milliseconds. */
const MAKING = 5 * 60_000;
const SENDING = 60_000;

export type SampleFilmParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  readonly ffmpeg: string;
  /** The platform's data folder. */
  readonly data: string;
};

/** Wants the sample film, once in the life of a site. */
export async function wantSampleFilm(tx: Tx, world: World): Promise<void> {
  const row = await tx.selectFrom("sample_film").select("state").executeTakeFirst();
  if (row !== undefined) return;
  await tx.insertInto("sample_film").values({ id: 1, state: "wanted", video: null }).execute();
  await scheduleFilm(tx, world);
}

/** At a start: tries again what could not be made as there was no ffmpeg. */
export async function retrySampleFilm(tx: Tx, world: World): Promise<void> {
  const missing = await tx
    .updateTable("sample_film")
    .set({ state: "wanted" })
    .where("state", "=", "missing")
    .returning("id")
    .executeTakeFirst();
  if (missing !== undefined) await scheduleFilm(tx, world);
}

function scheduleFilm(tx: Tx, world: World): Promise<void> {
  return scheduleTask(tx, world, { kind: KIND, key: "1", payload: null, at: world.now() });
}

/** Makes the film, sends it to the media server, and publishes it. Each step may be done already. */
export function sampleFilmTasks(on: SampleFilmParts): TaskHandlers {
  return {
    [KIND]: async (_payload, _attempt, signal) => {
      const { store, world, ffmpeg } = on;
      const row = await store.db.selectFrom("sample_film").select("state").executeTakeFirst();
      if (row?.state !== "wanted" && row?.state !== "sending") return;
      const probe = await probeEncoder(ffmpeg);
      if (!probe.can) {
        world.log.warn(
          { missing: probe.missing },
          `no sample film: install ffmpeg with libx264, or set OXBOW_FFMPEG (it is "${ffmpeg}"), and start again`,
        );
        await store.commit((tx) =>
          tx.updateTable("sample_film").set({ state: "missing" }).execute(),
        );
        return;
      }
      const path = await madeFilm(on, probe.text);
      await publishFilm(on, path, signal);
      await rm(path, { force: true });
    },
  };
}

/** The film's file: whole where it is there, as the same bytes must be sent after a crash. */
async function madeFilm({ ffmpeg, data }: SampleFilmParts, text: boolean): Promise<string> {
  const path = join(data, "sample-film.mp4");
  if ((await stat(path).catch(() => undefined)) !== undefined) return path;
  await mkdir(data, { recursive: true });
  const part = join(data, "sample-film.part.mp4");
  const { code, words } = await runFfmpeg(ffmpeg, filmArguments(part, text), MAKING);
  if (code !== 0) throw new Error(`ffmpeg made no sample film (${code}): ${words}`);
  await rename(part, path);
  return path;
}

/** The video is there before the file is, as the media server's word that it can be played is for it. */
async function publishFilm(on: SampleFilmParts, path: string, signal: AbortSignal): Promise<void> {
  const { store, media } = on;
  const bytes = await readFile(path);
  const { id, upload } = await media.assets.create(
    {
      title: TITLE,
      upload: { name: "sample-film.mp4", bytes: bytes.length },
      playback: { policy: "public" },
    },
    { idempotencyKey: "platform-sample-film", signal },
  );
  await noteSending(on, { id, bytes: bytes.length });
  const { state } = await media.assets.get(id, { signal });
  if (state === "uploading" && upload !== undefined) await send(upload.url, bytes, signal);
  await store.commit((tx) => tx.updateTable("sample_film").set({ state: "done" }).execute());
}

async function send(url: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: "PUT",
    body: bytes,
    signal: AbortSignal.any([signal, AbortSignal.timeout(SENDING)]),
  });
  if (!answer.ok) throw new Error(`The sample film was refused: ${answer.status}`);
}

async function noteSending(
  { store, world }: Pick<SampleFilmParts, "store" | "world">,
  asset: { readonly id: string; readonly bytes: number },
): Promise<void> {
  await store.commit(async (tx) => {
    const row = await tx.selectFrom("sample_film").select("state").executeTakeFirst();
    if (row?.state !== "wanted") return;
    const channel = await houseChannel(tx, world);
    const video = await addFilm(tx, world, {
      channel: channel.id,
      title: TITLE,
      description: DESCRIPTION,
      visibility: "public",
      asset: asset.id,
      bytes: asset.bytes,
      duration: FILM_SECONDS * 1000,
      ready: false,
    });
    await tx.updateTable("sample_film").set({ state: "sending", video }).execute();
  });
}
