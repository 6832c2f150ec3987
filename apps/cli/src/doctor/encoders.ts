import { type Client, type Doctor, OxbowError } from "@oxbow/sdk";
import { CommandError, type Output } from "../io.ts";
import { printTable } from "../print.ts";
import type { Finding } from "./finding.ts";

const what = "Encoding";

export type EncodersAnswer = {
  readonly finding: Finding;
  /** Null where the server did not tell. */
  readonly doctor: Doctor | null;
};

/** Asks the server what its machine can encode; it is measured where it was not, or `again`. */
export async function askEncoders(client: () => Client, again: boolean): Promise<EncodersAnswer> {
  try {
    const doctor = await measured(client(), again);
    return { finding: judgeEncoders(doctor), doctor };
  } catch (error) {
    // Without a key or a server there are checks enough that say more.
    if (!(error instanceof OxbowError) && !(error instanceof CommandError)) throw error;
    return { finding: { what, state: "note", text: `not known: ${error.message}` }, doctor: null };
  }
}

async function measured(client: Client, again: boolean): Promise<Doctor> {
  if (again) return client.doctor.get({ measure: "now" });
  const known = await client.doctor.get();
  if (known.measuredAt !== null || known.encoder === null) return known;
  return client.doctor.get({ measure: "now" }).catch((error: unknown) => {
    // Only admins have it measured; what works is known all the same.
    if (error instanceof OxbowError && error.code !== "unreachable") return known;
    throw error;
  });
}

/** Judges what a server tells of its encoders. */
export function judgeEncoders({ ffmpeg, encoder, encoders }: Doctor): Finding {
  if (ffmpeg === null) {
    const text = "the server has no FFmpeg: it passes on the encoder's own quality";
    return { what, state: "note", text };
  }
  const used = encoders.find(({ name }) => name === encoder);
  if (used === undefined) {
    const why = encoders.map(
      ({ name, message = "does not work" }) => `${name}: ${firstLine(message)}`,
    );
    return { what, state: "bad", text: `no encoder works (${why.join("; ")})` };
  }
  const figure = used.realtime === null ? "" : `, ${speed(used.realtime)} real time at 720p30`;
  return { what, state: "good", text: `${used.name}${figure}` };
}

/** Encoders, what the ladders cost, and what to do. */
export function printEncoders(out: Output, { encoders, presets, advice }: Doctor): void {
  if (encoders.length > 0) {
    out.write("\n");
    printTable(
      out,
      ["ENCODER", "CODEC", "HARDWARE", "SPEED", ""],
      encoders.map(({ name, codec, hardware, realtime, works, message = "" }) => [
        name,
        codec,
        hardware ? "yes" : "no",
        works ? speed(realtime) : "none",
        firstLine(message),
      ]),
    );
  }
  if (presets.length > 0) {
    out.write("\n");
    printTable(
      out,
      ["LADDER", "SPEED", "STREAMS", "QUALITIES"],
      presets.map(({ ladder, renditions, realtime, streams }) => [
        ladder,
        speed(realtime),
        streams === null ? "" : String(streams),
        renditions.join(", "),
      ]),
    );
  }
  if (advice.length > 0) out.write("\n");
  for (const text of advice) out.write(`- ${text}\n`);
}

/** What an encoder says goes on over lines. */
const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";

const speed = (times: number | null): string => (times === null ? "" : `${times.toFixed(1)}×`);
