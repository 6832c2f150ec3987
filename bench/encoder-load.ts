import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { FlvDemuxer, type FlvTag } from "@oxbow/containers";
import { publishRtmp, type RtmpPublisher } from "@oxbow/rtmp";
import { stampNal } from "./send-time.ts";

// Publishes one clip to many RTMP addresses in real time, over and over, from one process.
// Prints "publishing" when all are admitted, and ends after `--seconds`.

const { values } = parseArgs({
  options: {
    file: { type: "string", default: "" },
    urls: { type: "string", default: "" },
    seconds: { type: "string", default: "30" },
    /** Each picture says when it was sent, for measurements of delay. */
    stamp: { type: "boolean", default: false },
  },
});

const TICK_MS = 10;

const demuxer = new FlvDemuxer();
const tags: readonly FlvTag[] = demuxer.push(readFileSync(values.file));
demuxer.end();
const media = tags.filter((tag) => tag.kind !== "script");
const last = media.at(-1)?.timestamp ?? 0;
const period = last + 33;
// A second round must not repeat the sequence headers.
const isHeader = ({ kind, body }: FlvTag) => (kind === "video" ? body[1] : body[1]) === 0;

function stamped(tag: FlvTag): Uint8Array {
  return isHeader(tag) ? tag.body : Buffer.concat([tag.body, stampNal(Date.now())]);
}

type Sender = { publisher: RtmpPublisher; began: number; next: number };

const senders: Sender[] = [];
const urls = values.urls.split(",");
for (const [index, url] of urls.entries()) {
  const publisher = await publishRtmp({ url, chunkSize: 4096 });
  publisher.data("onMetaData", { videocodecid: 7, audiocodecid: 10 });
  // Keyframes of different streams do not come at the same moment.
  senders.push({ publisher, began: performance.now() + (index * 2_000) / urls.length, next: 0 });
}
process.stdout.write("publishing\n");

function sendDue(sender: Sender, now: number): void {
  const elapsed = now - sender.began;
  for (;;) {
    const round = Math.floor(sender.next / media.length);
    const tag = media[sender.next % media.length];
    if (!tag || tag.timestamp + round * period > elapsed) return;
    sender.next++;
    if (tag.kind === "script" || (round > 0 && isHeader(tag))) continue;
    const body = values.stamp && tag.kind === "video" ? stamped(tag) : tag.body;
    sender.publisher.send(tag.kind, tag.timestamp + round * period, body);
  }
}

const timer = setInterval(() => {
  const now = performance.now();
  for (const sender of senders) sendDue(sender, now);
}, TICK_MS);

setTimeout(() => {
  clearInterval(timer);
  for (const { publisher } of senders) publisher.destroy();
}, Number(values.seconds) * 1000);
