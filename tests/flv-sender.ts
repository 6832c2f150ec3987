import { readFile } from "node:fs/promises";
import { FlvDemuxer, type FlvTag } from "@oxbow/containers";
import type { RtmpPublisher } from "@oxbow/rtmp";

/** The tags of an FLV file, in its order. */
export async function tagsOf(file: string): Promise<FlvTag[]> {
  const demuxer = new FlvDemuxer();
  const tags = demuxer.push(await readFile(file));
  demuxer.end();
  return tags;
}

/** Sends audio and video of a file, `delay` milliseconds later than it says; answers where it ends. */
export async function sendTags(
  publisher: RtmpPublisher,
  tags: readonly FlvTag[],
  delay: number,
): Promise<number> {
  let end = delay;
  for (const { kind, timestamp, body } of tags) {
    if (kind === "script") continue;
    if (!publisher.send(kind, timestamp + delay, body)) await publisher.drained();
    end = Math.max(end, timestamp + delay);
  }
  return end;
}
