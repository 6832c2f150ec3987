import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import {
  readSettings as readAll,
  settingVariable,
  type ToldSetting,
  tellSettings,
} from "@oxbow/settings";
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
  publicUrl: url.optional(),
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

export type Settings = Readonly<z.infer<typeof settingsSchema>> & {
  /** All of them as the operator may see them. */
  readonly told: readonly ToldSetting[];
};

const SECRET = ["apiKey", "callbackSecret"];

/** Settings of the platform, which may stand in the same file. */
const OF_THE_PLATFORM = [
  "serverUrl",
  "platformPort",
  "platformUrl",
  "platformHookUrl",
  "platformDatabaseUrl",
  "sampleFilm",
  "smtpUrl",
  "mailFrom",
  "alertWebhookUrl",
];

/**
 * Reads all settings: the environment, then `oxbow.json` in `folder`, then the defaults.
 * Throws BadSettings with every problem in one message.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings {
  const { values, origins } = readAll(settingsSchema, {
    environment,
    folder,
    elsewhere: OF_THE_PLATFORM,
    between: halfOfPair,
  });
  const inForce = inFolder(values, folder);
  return { ...inForce, told: tellSettings(inForce, origins, SECRET) };
}

/** Paths are relative to the folder that the server starts in. */
function inFolder(
  read: z.infer<typeof settingsSchema>,
  folder: string,
): z.infer<typeof settingsSchema> {
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
function halfOfPair(wished: Readonly<Record<string, unknown>>): readonly string[] {
  const { tlsCert, tlsKey } = wished;
  if ((tlsCert === undefined) === (tlsKey === undefined)) return [];
  const [there, missing] = tlsCert === undefined ? ["tlsKey", "tlsCert"] : ["tlsCert", "tlsKey"];
  return [`${settingVariable(missing)}: must be set where ${settingVariable(there)} is`];
}
