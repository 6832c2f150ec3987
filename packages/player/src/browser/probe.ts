import type { Facts } from "../playback-state.ts";

/** The longest that an answer is waited for, in milliseconds. */
const PATIENCE = 10_000;

async function text(url: string): Promise<string | undefined> {
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  return answer.ok ? answer.text() : undefined;
}

/** Whether a broadcast can be played at `url`: `missing` also where the server does not answer. */
export async function probe(url: string): Promise<Exclude<Facts["playlist"], "unknown">> {
  try {
    const multivariant = await text(url);
    const first = multivariant?.split("\n").find((line) => line.trim() !== "" && line[0] !== "#");
    if (first === undefined) return "missing";
    const media = await text(new URL(first.trim(), new URL(url, location.href)).href);
    if (media === undefined) return "missing";
    return media.includes("#EXT-X-ENDLIST") ? "closed" : "open";
  } catch (problem) {
    console.info("The playlist is out of reach", problem);
    return "missing";
  }
}
