import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ffmpeg } from "../fixtures/clip.ts";

/** HLS files of a clip, to be shown as a title, or as a broadcast that a test lets run and stop. */
export type BroadcastOnDisk = {
  /** How many segments are out, and whether no more will come. */
  show(state: { segments: number; ended: boolean } | "missing"): void;
  /** The answer for a file of `/live/…` or `/vod/…`, or undefined. */
  answer(path: string): { body: Buffer; contentType: string } | undefined;
};

/** Cuts a clip into segments of audio and video apart, at its keyframes. */
export async function broadcastOnDisk(clip: string, folder: string): Promise<BroadcastOnDisk> {
  await ffmpeg([
    ...["-i", clip, "-map", "0", "-c", "copy", "-f", "hls", "-hls_time", "1"],
    ...["-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"],
    ...["-var_stream_map", "v:0,agroup:sound a:0,agroup:sound,default:yes"],
    ...[
      "-hls_fmp4_init_filename",
      "init-%v.mp4",
      "-hls_segment_filename",
      join(folder, "%v-%d.m4s"),
    ],
    ...["-master_pl_name", "index.m3u8", join(folder, "track%v.m3u8")],
  ]);
  const files = new Map<string, Buffer>();
  for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name)));

  let shown: Parameters<BroadcastOnDisk["show"]>[0] = "missing";
  const live = (playlist: string): string | undefined => {
    if (shown === "missing") return undefined;
    const { segments, ended } = shown;
    const lines = playlist.replace(/#EXT-X-(?:PLAYLIST-TYPE:VOD|ENDLIST)\n/g, "").split("\n");
    const last = lines.findIndex((line) => line.endsWith(`-${segments}.m4s`));
    const kept = last === -1 ? lines : lines.slice(0, last - 1);
    return `${kept.join("\n")}\n${ended ? "#EXT-X-ENDLIST\n" : ""}`;
  };
  return {
    show(state) {
      shown = state;
    },
    answer(path) {
      const [, kind, name = ""] = path.split("/");
      const body = files.get(name);
      if (body === undefined || (kind !== "live" && kind !== "vod")) return undefined;
      const contentType = name.endsWith(".m3u8") ? "application/vnd.apple.mpegurl" : "video/mp4";
      if (kind === "vod" || !name.endsWith(".m3u8")) return { body, contentType };
      if (shown === "missing") return undefined;
      if (name === "index.m3u8") return { body, contentType };
      const text = live(body.toString());
      return text === undefined ? undefined : { body: Buffer.from(text), contentType };
    },
  };
}
