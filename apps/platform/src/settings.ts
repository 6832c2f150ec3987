import { resolve } from "node:path";
import { readSettings as readAll, type ToldSetting, tellSettings } from "@oxbow/settings";
import { z } from "zod";

const port = z.coerce
  .number("must be a port number")
  .int("must be a whole number")
  .min(0, "must be 0 (any free port) to 65535")
  .max(65_535, "must be 0 (any free port) to 65535");

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

/** Every setting: its name in `oxbow.json`, and what it may be. The environment says OXBOW_ and capitals. */
const settingsSchema = z.object({
  data: z.string().min(1).default("./data"),
  host: z.string().min(1).default("0.0.0.0"),
  platformPort: port.default(3000),
  /** What browsers call this site; from host and port where it is not set. */
  platformUrl: url.optional(),
  /** Where the media server reaches this site with its webhooks. */
  platformHookUrl: url.optional(),
  /** PostgreSQL; unset for the embedded database. */
  platformDatabaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL; unset for the embedded database")
    .optional(),
  /** The media server, as this process reaches it. */
  serverUrl: url.optional(),
  httpPort: port.default(8080),
  /** What browsers call the media server; by its own word where it is not set. */
  publicUrl: url.optional(),
  /** A key of the media server with the scope admin; read from the data folder where it is not set. */
  apiKey: z.string().min(16).max(500).optional(),
  trustedProxies: z.string().default("127.0.0.0/8, ::1"),
  /** `smtp://user:password@host:587`; without it no e-mail is sent. */
  smtpUrl: z
    .string()
    .regex(/^smtps?:\/\//, "must be an smtp:// or smtps:// URL")
    .optional(),
  mailFrom: z.string().min(3).max(300).default("Oxbow <oxbow@localhost>"),
  /** Where alerts are sent, signed as webhooks are. */
  alertWebhookUrl: url.optional(),
  /** The ffmpeg program, for the test stream. */
  ffmpeg: z.string().min(1).default("ffmpeg"),
  /** Whether a new site makes a short film, so that there is something to play. */
  sampleFilm: z.enum(["on", "off"], "must be on or off").default("on"),
  logLevel: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** Settings of the media server, which may stand in the same file. */
const OF_THE_SERVER = [
  "httpsPort",
  "tlsCert",
  "tlsKey",
  "rtmpPort",
  "databaseUrl",
  "storage",
  "onPublishUrl",
  "onPlayUrl",
  "callbackSecret",
  "callbackFailOpen",
  "playEvents",
  "mergeWindow",
  "uploadMaxBytes",
  "exportsRunning",
  "transcodeExports",
  "transcoders",
  "transcodeNice",
  "transcodeMemory",
];

export type Settings = Readonly<z.infer<typeof settingsSchema>> & {
  readonly serverUrl: string;
  /** All of them with their origins, as the operator may see them. */
  readonly told: readonly ToldSetting[];
};

const SECRET = ["apiKey"];

/**
 * Reads all settings: the environment, then `oxbow.json` in `folder`, then the defaults.
 * Throws BadSettings with every problem in one message.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings {
  const { values, origins } = readAll(settingsSchema.strict(), {
    environment,
    folder,
    elsewhere: OF_THE_SERVER,
  });
  const inForce = {
    ...values,
    data: resolve(folder, values.data),
    serverUrl: values.serverUrl ?? `http://127.0.0.1:${values.httpPort}`,
  };
  return { ...inForce, told: tellSettings(inForce, origins, SECRET) };
}
