import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

/** One coded frame: when it is presented, in seconds, and what it is. */
export type Packet = { readonly pts: number; readonly hash: string };

const Packets = z.object({
  packets: z.array(
    z.object({
      codec_type: z.string(),
      pts_time: z.string().optional(),
      data_hash: z.string(),
    }),
  ),
});

/** The coded frames of a file or URL in decode order, as ffprobe reads them. */
export async function packetsOf(input: string): Promise<{ video: Packet[]; audio: Packet[] }> {
  const show = ["-show_packets", "-show_data_hash", "md5"];
  const fields = ["-show_entries", "packet=codec_type,pts_time,data_hash"];
  const { stdout } = await run(
    "ffprobe",
    ["-v", "error", ...show, ...fields, "-of", "json", input],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const { packets } = Packets.parse(JSON.parse(stdout));
  const of = (kind: string): Packet[] =>
    packets
      .filter(({ codec_type }) => codec_type === kind)
      .map(({ pts_time, data_hash }) => ({ pts: Number(pts_time), hash: data_hash }));
  return { video: of("video"), audio: of("audio") };
}
