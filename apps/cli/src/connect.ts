import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Client, createClient } from "@oxbow/sdk";
import { CommandError, exit, type Io } from "./io.ts";

/** Options of every command. */
export type GlobalOptions = {
  readonly url?: string;
  readonly key?: string;
  readonly data?: string;
  readonly json?: boolean;
};

/** Where the server keeps its things. */
export function dataFolder({ data }: GlobalOptions, { env, cwd }: Io): string {
  return resolve(cwd, data ?? (env["OXBOW_DATA"] || "data"));
}

/** Where the server is: told, or the one of this machine. */
export function serverUrl({ url }: GlobalOptions, { env }: Io): string {
  const told = url ?? (env["OXBOW_URL"] || env["OXBOW_PUBLIC_URL"]);
  const found = told || `http://127.0.0.1:${env["OXBOW_HTTP_PORT"] || "8080"}`;
  if (!/^https?:$/.test(URL.parse(found)?.protocol ?? "")) {
    throw new CommandError(
      `The server's URL must be http or https, like http://127.0.0.1:8080, and not "${found}"`,
      exit.usage,
    );
  }
  return found;
}

/** A client of the server, with the key that was told or that lies in the data folder. */
export function connect(options: GlobalOptions, io: Io): Client {
  return createClient({ url: serverUrl(options, io), key: apiKey(options, io) });
}

function apiKey(options: GlobalOptions, io: Io): string {
  const told = options.key ?? io.env["OXBOW_API_KEY"];
  if (told) return told;
  const file = join(dataFolder(options, io), "api-key");
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new CommandError(
      `No API key: give --key, set OXBOW_API_KEY, or run where ${file} can be read (${why})`,
      exit.usage,
    );
  }
}
