import { FlvDemuxer } from "@oxbow/containers";
import type { RtmpPublisher } from "@oxbow/rtmp";

/** Sends a live FLV as it comes, and ends the publication with it. Throws MalformedInput. */
export async function publishFlv(
  flv: AsyncIterable<Uint8Array>,
  publisher: RtmpPublisher,
): Promise<void> {
  const demuxer = new FlvDemuxer();
  try {
    for await (const bytes of flv) {
      for (const { kind, timestamp, body } of demuxer.push(bytes)) {
        if (kind !== "script" && !publisher.send(kind, timestamp, body)) await publisher.drained();
      }
    }
  } finally {
    await publisher.close();
  }
}
