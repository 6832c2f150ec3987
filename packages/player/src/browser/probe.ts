import { absence, accessOf } from "../access.ts";
import type { Facts } from "../playback-state.ts";

/** The longest that an answer is waited for, in milliseconds. */
const PATIENCE = 10_000;

/** What asking for a playlist told. */
export type Probed = Pick<Facts, "access"> & {
  readonly playlist: Exclude<Facts["playlist"], "unknown">;
};

/** Asks whether something can be played at `url`. */
export async function probe(url: string): Promise<Probed> {
  try {
    const multivariant = await ask(url);
    if (typeof multivariant !== "string") return multivariant;
    const first = multivariant.split("\n").find((line) => line.trim() !== "" && line[0] !== "#");
    if (first === undefined) return { playlist: "missing", access: "granted" };
    const media = await ask(new URL(first.trim(), new URL(url, location.href)).href);
    if (typeof media !== "string") return media;
    return { playlist: media.includes("#EXT-X-ENDLIST") ? "closed" : "open", access: "granted" };
  } catch (problem) {
    console.info("The playlist is out of reach", problem);
    return { playlist: "unreachable", access: "granted" };
  }
}

async function ask(url: string): Promise<string | Probed> {
  const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  const text = await answer.text();
  if (answer.ok) return text;
  return {
    playlist: absence(answer.status, text),
    access: accessOf(answer.status, text) ?? "granted",
  };
}
