import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./hls-players.ts", import.meta.url));

/** What players of one stream asked for and got, all together. */
export type Played = {
  readonly playlists: number;
  readonly media: number;
  readonly bytes: number;
  /** Answers that were not 200, and connections that broke. */
  readonly failures: number;
  /** Parts or segments that were listed before the last one was there. */
  readonly stalled: number;
};

/**
 * Plays `{url}` (`…/live/{stream}/`; `https:` is HTTP/2) with many players in a process of their own.
 * `began` is called when all have come; what counts is what they get in the seconds after that.
 */
export async function play(
  url: string,
  options: { readonly players: number; readonly seconds: number; readonly ordinary?: boolean },
  began: () => void = () => undefined,
): Promise<Played> {
  const { players, seconds, ordinary } = options;
  const args = ["--url", url, "--players", String(players), "--seconds", String(seconds)];
  if (ordinary === true) args.push("--ordinary");
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "playing") began();
    else {
      await ended;
      return JSON.parse(line);
    }
  }
  throw new Error(`The players ended with ${child.exitCode}`);
}
