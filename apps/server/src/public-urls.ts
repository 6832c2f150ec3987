import type { Millis } from "@oxbow/media";

/** Every URL that is handed out, absolute. */
export type PublicUrls = {
  /** Without a slash at its end. */
  readonly base: string;
  live(name: string): { hls: string; dash: string; flv: string; embed: string };
  recording(
    name: string,
    from: Millis,
    to: Millis | null,
  ): { hls: string; dash: string; mp4?: string };
};

/** `base` is where the server is reached from outside. */
export function publicUrls(base: string): PublicUrls {
  const root = base.replace(/\/+$/, "");
  return {
    base: root,
    live: (name) => ({
      hls: `${root}/live/${name}/index.m3u8`,
      dash: `${root}/live/${name}/manifest.mpd`,
      flv: `${root}/live/${name}.flv`,
      embed: `${root}/embed/${name}`,
    }),
    recording: (name, from, to) => {
      const range = `from=${from}${to === null ? "" : `&to=${to}`}`;
      const hls = `${root}/dvr/${name}/index.m3u8?${range}`;
      const dash = `${root}/dvr/${name}/manifest.mpd?${range}`;
      return to === null
        ? { hls, dash }
        : { hls, dash, mp4: `${root}/dvr/${name}/${from}-${to}.mp4` };
    },
  };
}

/**
 * The server field of an encoder, `rtmp://HOST:1935/live`: the host of `base`, and this port. Players
 * find streams below `play`.
 */
export function rtmpUrl(base: string, port: number, app: "live" | "play" = "live"): string {
  return `rtmp://${new URL(base).hostname}:${port}/${app}`;
}

/** A URL of this machine for a listen address. */
export function urlOf(host: string, port: number, scheme: "http" | "https" = "http"): string {
  const wild = host === "0.0.0.0" || host === "::" || host === "";
  const name = wild ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `${scheme}://${name}:${port}`;
}
