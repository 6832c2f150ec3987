import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { trustedRange } from "./http/index.ts";

const port = z.coerce
  .number("must be a port number")
  .int("must be a whole number")
  .min(0, "must be 0 (any free port) to 65535")
  .max(65_535, "must be 0 (any free port) to 65535");

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

/** `10.0.0.0/8, fd00::1`; nothing between the commas is nothing. */
const addresses = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((each) => each !== ""))
  .refine((all) => all.every((each) => trustedRange(each) !== undefined), {
    error: "must be addresses or ranges such as 10.0.0.0/8, with commas between them",
  });

/** Every setting: its name in `oxbow.json`, and what it may be. The environment says OXBOW_ and capitals. */
const settingsSchema = z.strictObject({
  data: z.string().min(1).default("./data"),
  host: z.string().min(1).default("0.0.0.0"),
  httpPort: port.default(8080),
  /** HTTP/2 and HTTP/1.1 over TLS; off unless this or a certificate is set. */
  httpsPort: port.optional(),
  /** PEM files; without them the server makes a certificate for this machine's loopback names. */
  tlsCert: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  /** Proxies whose word for a viewer's address is taken. */
  trustedProxies: addresses.prefault("127.0.0.0/8, ::1"),
  rtmpPort: port.default(1935),
  /** Read by the platform; known here so that one file serves both. */
  platformPort: port.default(3000),
  publicUrl: url.optional(),
  platformUrl: url.optional(),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL; unset for the embedded database")
    .optional(),
  storage: z
    .string()
    .regex(/^file:/, "must be file: and a folder; other storage is not offered yet")
    .optional(),
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]{16,500}$/, "must have 16 to 500 characters, ASCII without spaces")
    .optional(),
  /** Asked, by a signed POST, before an encoder is admitted and before somebody plays. */
  onPublishUrl: url.optional(),
  onPlayUrl: url.optional(),
  callbackSecret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, "must be whsec_ and 24 to 64 bytes in base64")
    .optional(),
  /** Whether a callback that gives no answer means yes. */
  callbackFailOpen: z.enum(["on", "off"]).default("off"),
  /** Whether play_started and play_stopped are told. */
  playEvents: z.enum(["on", "off"]).default("on"),
  /** The ffmpeg program: its path, or its name on the PATH. */
  ffmpeg: z.string().min(1).default("ffmpeg"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
  /**
   * Milliseconds for which frames are gathered into one write to each reader of HTTP-FLV and RTMP; 20 at
   * the most for streams of low latency. Longer costs less and shows later.
   */
  mergeWindow: z.coerce.number().int().min(5).max(1000).default(100),
  /** The largest file that may be uploaded. */
  uploadMaxBytes: z.coerce
    .number()
    .int()
    .min(1)
    .default(64 * 2 ** 30),
  /** Exports by copy that run at the same time. */
  exportsRunning: z.coerce.number().int().min(1).max(64).default(2),
  /** Exports that encode, likewise. */
  transcodeExports: z.coerce.number().int().min(1).max(64).default(1),
  /** Live streams that are transcoded at the same time; 0: none, whatever their ladders say. */
  transcoders: z.coerce.number().int().min(0).max(256).default(availableParallelism()),
  /** How far encoders step back behind the server itself: 0 (not at all) to 19. */
  transcodeNice: z.coerce.number().int().min(0).max(19).default(5),
  /** Bytes of memory that one live transcoder may take before it is started anew. */
  transcodeMemory: z.coerce
    .number()
    .int()
    .min(128 * 2 ** 20)
    .default(2 * 2 ** 30),
});

/** Where certificates are given and no port. */
const HTTPS_PORT = 8443;

export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** What is wrong with the settings, all of it, each by the name of the setting. */
export class BadSettings extends Error {
  override readonly name = "BadSettings";
}

/**
 * Reads all settings: the environment, then `oxbow.json` in `folder`, then the defaults.
 * Throws BadSettings with every problem in one message.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings {
  const file = resolve(folder, "oxbow.json");
  const wished = { ...readFile(file), ...fromEnvironment(environment) };
  const read = settingsSchema.safeParse(wished);
  const apart = halfOfPair(wished);
  if (read.success && apart === undefined) return inFolder(read.data, folder);
  const problems = (read.error?.issues ?? []).flatMap((issue) =>
    problemOf(issue, environment, file),
  );
  if (apart !== undefined) problems.push(apart);
  throw new BadSettings(`The settings are not right:\n${problems.join("\n")}`);
}

/** Paths are relative to the folder that the server starts in. */
function inFolder(read: z.infer<typeof settingsSchema>, folder: string): Settings {
  const { tlsCert, tlsKey, httpsPort = tlsCert === undefined ? undefined : HTTPS_PORT } = read;
  return {
    ...read,
    data: resolve(folder, read.data),
    ...(tlsCert === undefined ? {} : { tlsCert: resolve(folder, tlsCert) }),
    ...(tlsKey === undefined ? {} : { tlsKey: resolve(folder, tlsKey) }),
    ...(httpsPort === undefined ? {} : { httpsPort }),
  };
}

/** A certificate is nothing without its key. */
function halfOfPair(wished: { readonly tlsCert?: unknown; readonly tlsKey?: unknown }) {
  if ((wished.tlsCert === undefined) === (wished.tlsKey === undefined)) return undefined;
  const [there, missing] =
    wished.tlsCert === undefined ? ["tlsKey", "tlsCert"] : ["tlsCert", "tlsKey"];
  return `- ${variable(missing)}: must be set where ${variable(there)} is`;
}

function fromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = environment[variable(name)];
    if (value !== undefined && value !== "") found[name] = value;
  }
  return found;
}

/** `httpPort` is `OXBOW_HTTP_PORT`. */
function variable(name: string): string {
  return `OXBOW_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readFile(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new BadSettings(`Cannot read ${file}: ${String(error)}`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new BadSettings(`${file} is not JSON: ${String(error)}`);
  }
  throw new BadSettings(`${file} must hold one JSON object`);
}

function problemOf(
  issue: z.core.$ZodIssue,
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `- ${key} in ${file}: there is no such setting`);
  }
  const name = String(issue.path[0] ?? "");
  const fromEnv = environment[variable(name)];
  if (fromEnv !== undefined && fromEnv !== "") {
    return [`- ${variable(name)}=${JSON.stringify(fromEnv)}: ${issue.message}`];
  }
  return [`- ${name} in ${file} (or ${variable(name)}): ${issue.message}`];
}
