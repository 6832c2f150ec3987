import type { Readable } from "node:stream";
import { FlvDemuxer, type FlvTag } from "@oxbow/containers";

/** Reads the tags that ffmpeg writes to a pipe, each as soon as it is whole. */
export function readFlvPipe(
  pipe: Readable,
  take: (tag: FlvTag) => void,
  failed: (error: unknown) => void,
): void {
  const demuxer = new FlvDemuxer();
  pipe.on("data", (piece: Buffer) => {
    try {
      for (const tag of demuxer.push(piece)) take(tag);
    } catch (error) {
      failed(error);
    }
  });
}
