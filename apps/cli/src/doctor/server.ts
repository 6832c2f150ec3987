import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5000;

export type ServerAnswer = {
  readonly finding: Finding;
  readonly up: boolean;
  /** Its clock, Unix milliseconds. */
  readonly date: number | undefined;
};

/** Asks a server whether it is ready. One that does not run is worth knowing, and no fault. */
export async function askServer(url: string): Promise<ServerAnswer> {
  const what = "Server";
  try {
    const response = await fetch(`${url.replace(/\/+$/, "")}/readyz`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const told = (await response.text()).slice(0, 300).trim();
    const date = Date.parse(response.headers.get("date") ?? "");
    const finding: Finding = response.ok
      ? { what, state: "good", text: `${url} is ready` }
      : { what, state: "bad", text: `${url} is not ready (${response.status}): ${told}` };
    return { finding, up: true, date: Number.isNaN(date) ? undefined : date };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `${url} does not answer (${why}); oxbow serve starts it`;
    return { finding: { what, state: "note", text }, up: false, date: undefined };
  }
}
