import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Asset } from "@oxbow/contract";
import { ffmpeg } from "../fixtures/clip.ts";
import type { ServerProcess } from "./server-process.ts";
import { until } from "./until.ts";

/** A film of 14 s with B-frames, in Portuguese and English, with Spanish subtitles from 1 s on. */
export async function uploadFilm(server: ServerProcess, folder: string): Promise<Asset> {
  const path = join(folder, "film.mp4");
  await ffmpeg([
    ...["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=14"],
    ...["-f", "lavfi", "-i", "sine=frequency=440:duration=14"],
    ...["-f", "lavfi", "-i", "sine=frequency=880:duration=14"],
    ...["-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "libx264", "-preset", "veryfast"],
    ...["-bf", "2", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac"],
    ...["-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng", path],
  ]);
  const { id } = await uploaded(server, path);
  const answer = await fetch(
    `${server.http}/api/v1/assets/${id}/subtitles?language=es&default=true`,
    {
      method: "POST",
      headers: { ...key(server), "content-type": "text/plain" },
      body: "1\n00:00:01,000 --> 00:00:13,000\nHabía una vez\n",
    },
  );
  assert.equal(answer.status, 201);
  return ready(server, id);
}

/** Uploads a file as the body of one request, and waits until it can be played. */
export async function uploaded(server: ServerProcess, path: string): Promise<Asset> {
  const answer = await fetch(`${server.http}/api/v1/assets`, {
    method: "POST",
    headers: { ...key(server), "content-type": "video/mp4" },
    body: await readFile(path),
  });
  assert.equal(answer.status, 201);
  return ready(server, Asset.parse(await answer.json()).id);
}

const key = (server: ServerProcess) => ({ authorization: `Bearer ${server.key}` });

function ready(server: ServerProcess, id: string): Promise<Asset> {
  return until("the film is ready", async () => {
    const answer = await fetch(`${server.http}/api/v1/assets/${id}`, { headers: key(server) });
    const asset = Asset.parse(await answer.json());
    return asset.state === "ready" ? asset : undefined;
  });
}
