import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
// README: begin
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import {
  createClient,
  type Event,
  OxbowError,
  signPlayback,
  verifyWebhook,
  withToken,
} from "@oxbow/sdk";

const url = process.env["OXBOW_URL"] ?? "http://127.0.0.1:8080";
const client = createClient({ url, key: process.env["OXBOW_API_KEY"] ?? "" });

/** A place to publish to: server and key for OBS, and where to watch. */
export async function goLive(name: string) {
  const { publish, playback } = await client.streams.create({ name });
  return { server: publish.rtmp.server, key: publish.rtmp.key, watch: playback.embed };
}

/** Where one viewer may watch a stream of policy "signed", for an hour. `key` is of `client.playbackKeys.create`. */
export async function watchUrl(name: string, key: { kid: string; secret: string }, user: string) {
  const { id, playback } = await client.streams.get(name);
  const { kid, secret } = key;
  const token = await signPlayback({ key: secret, kid, sub: id, jti: user, expiresIn: 3600 });
  return withToken(playback.hls, token);
}

/** A file of the last ten minutes. What becomes of it is told by events. */
export async function exportLastMinutes(stream: string): Promise<string> {
  const to = Date.now();
  try {
    const { id } = await client.exports.create({ stream, from: to - 600_000, to });
    return `Export ${id} begins`;
  } catch (error) {
    if (error instanceof OxbowError && error.code === "range_without_media")
      return "No media there";
    throw error;
  }
}

/** What an event means to your site. Events come at least once: ignore an id that you know. */
export function act(event: Event): string | undefined {
  if (event.type === "dvr_mp4_export_ready") {
    return `Publish ${event.data.playback.mp4}: ${event.data.duration} s`;
  }
  if (event.type === "dvr_mp4_export_failed") {
    return `No file (${event.data.code}); offer ${event.data.fallbacks[0]?.url ?? "nothing"}`;
  }
  return undefined;
}

/** Receives webhooks. The secret is that of `client.sinks.create({ url })`. */
export function receive(secret: string, done: (text: string | undefined) => void) {
  return createServer(async (request, response) => {
    try {
      const event = await verifyWebhook({
        secret,
        headers: request.headers,
        body: await buffer(request),
      });
      done(act(event));
      response.writeHead(204).end();
    } catch {
      response.writeHead(400).end();
    }
  });
}

/** Or without a webhook: the same events over one connection that is never lost. */
export async function follow(after: number, signal: AbortSignal): Promise<void> {
  for await (const event of client.events.follow({ after }, { signal })) {
    console.log(event.sequence, event.type, act(event) ?? "");
  }
}

// README: end
import { test } from "node:test";
import { catalogue } from "@oxbow/contract";
import { Webhook } from "standardwebhooks";

test("the example of the README is this one, which compiles", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const example = /^\/\/ README: begin\n(.*)^\/\/ README: end\n/ms.exec(source)?.[1] ?? "";
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  assert.ok(example.length > 1000);
  const shown = /```ts\n(.*?)\n```/s.exec(readme)?.[1] ?? "";
  assert.equal(shown.trim(), example.trim());
});

test("its receiver takes a signed event and refuses another", async () => {
  const secret = `whsec_${btoa("0123456789abcdef01234567")}`;
  const told: (string | undefined)[] = [];
  const server = receive(secret, (text) => told.push(text)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const event = catalogue.find(({ type }) => type === "dvr_mp4_export_ready")?.example;
  const body = JSON.stringify(event);
  const now = new Date();
  const post = (signature: string) =>
    fetch(`http://127.0.0.1:${address.port}`, {
      method: "POST",
      body,
      headers: {
        "webhook-id": "evt_1",
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": signature,
      },
    });
  const good = new Webhook(secret).sign("evt_1", now, body);
  assert.deepEqual([(await post(good)).status, (await post("v1,AAAA")).status], [204, 400]);
  assert.deepEqual(told, [
    "Publish http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4: 594.6 s",
  ]);
  server.close();
});
