import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbedOptions, embedPage, playerAssets } from "@oxbow/player";
import { makeClip } from "../fixtures/clip.ts";
import { type BroadcastOnDisk, broadcastOnDisk } from "./broadcast-on-disk.ts";

/** What is answered where media is asked for: media, nothing, or a problem (RFC 9457). */
export type Mood = "given" | "held" | { readonly status: number; readonly code: string };

/** Embed pages of one broadcast and one title, and what they play. */
export type EmbedServer = {
  readonly origin: string;
  readonly broadcast: BroadcastOnDisk;
  /** What pages that are asked for from now on tell of the last broadcast. */
  offer(recording: string | undefined): void;
  /** How playlists and media are answered from now on. */
  answers(mood: Mood): void;
  [Symbol.asyncDispose](): Promise<void>;
};

type Answer = {
  readonly status?: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
};

/** A codec that no browser has. */
const ODD = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS="zzzz.1"
track0.m3u8
`;

const title = (name: string, hls: string): EmbedOptions => ({
  id: `ast_${name}`,
  title: "A title",
  kind: "vod",
  sources: { hls },
});

/** `/embed/show`, `/embed/title`, `/embed/gone` and `/embed/odd`, of a clip of twelve seconds. */
export async function startEmbedServer(): Promise<EmbedServer> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-embed-"));
  const clip = join(folder, "clip.mp4");
  await makeClip(clip, { duration: 12, gop: 1 });
  const broadcast = await broadcastOnDisk(clip, folder);
  let recording: string | undefined;
  let mood: Mood = "given";
  let origin = "";

  const pages: Readonly<Record<string, () => EmbedOptions>> = {
    "/embed/show": () => ({
      id: "str_show",
      title: "A show <live>",
      kind: "live",
      sources: { hls: "/live/index.m3u8" },
      ...(recording === undefined ? {} : { recording }),
    }),
    "/embed/title": () => title("title", `${origin}/vod/index.m3u8`),
    "/embed/gone": () => title("gone", "/vod/gone.m3u8"),
    "/embed/odd": () => title("odd", "/vod/odd.m3u8"),
  };
  const answer = async (path: string): Promise<Answer | undefined> => {
    const options = pages[path]?.();
    if (options !== undefined) {
      const { html, contentSecurityPolicy } = await embedPage(options);
      const policy = { "content-security-policy": contentSecurityPolicy };
      return { body: html, headers: { "content-type": "text/html", ...policy } };
    }
    const asset = (await playerAssets()).files.get(path);
    if (asset !== undefined)
      return { body: asset.body, headers: { "content-type": asset.contentType } };
    if (path === "/vod/odd.m3u8") return { body: ODD, headers: { "content-type": "text/plain" } };
    if (typeof mood === "object") {
      const body = JSON.stringify({ code: mood.code });
      return { status: mood.status, body, headers: { "content-type": "application/problem+json" } };
    }
    const media = broadcast.answer(path);
    return media && { body: media.body, headers: { "content-type": media.contentType } };
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    // Whoever is held is left alone until the server ends.
    if (mood === "held" && /^\/(?:live|vod)\//.test(path)) return;
    void answer(path).then((found) =>
      response.writeHead(found?.status ?? (found ? 200 : 404), found?.headers).end(found?.body),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return {
    origin,
    broadcast,
    offer: (url) => (recording = url),
    answers: (next) => (mood = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
