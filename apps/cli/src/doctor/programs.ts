import { execFile } from "node:child_process";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 10_000;

/** Whether this Node.js runs the sources. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const fits = major > 22 || (major === 22 && minor >= 18);
  return fits
    ? { what: "Node.js", state: "good", text: version }
    : { what: "Node.js", state: "bad", text: `${version} is too old: install 22.18 or newer` };
}

/** Whether a program of FFmpeg is there, and new enough. */
export async function checkProgram(name: "ffmpeg" | "ffprobe"): Promise<Finding> {
  const output = await new Promise<string | undefined>((resolve) => {
    execFile(name, ["-version"], { timeout: PATIENCE_MS }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
  return judgeProgram(name, output);
}

/** Judges what `-version` printed; undefined where the program can't be run. */
export function judgeProgram(name: string, output: string | undefined): Finding {
  if (output === undefined) {
    const text =
      "not found: the server passes on the encoder's own quality; install FFmpeg for more";
    return { what: name, state: "note", text };
  }
  const version = /version (\S+)/.exec(output)?.[1] ?? "unknown";
  const [, major = "", minor = ""] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  // Builds from the source's head have no number; they are newer than what is asked for.
  if (major !== "" && (Number(major) < 5 || (Number(major) === 5 && Number(minor) < 1))) {
    return { what: name, state: "bad", text: `${version} is too old: install 5.1 or newer` };
  }
  return { what: name, state: "good", text: version };
}
