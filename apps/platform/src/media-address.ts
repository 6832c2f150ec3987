import type { Client } from "@oxbow/sdk";
import type { Settings } from "./settings.ts";
import type { World } from "./world.ts";

/** The longest that the media server may take to say it, in milliseconds. */
const PATIENCE = 5_000;

/**
 * What browsers call the media server, without a slash at its end: by the setting, else by the server's
 * own word (OpenAPI `servers`), else as this process reaches it.
 */
export async function mediaAddress(
  settings: Pick<Settings, "publicUrl" | "serverUrl">,
  client: Pick<Client, "openapi">,
  world: World,
): Promise<string> {
  if (settings.publicUrl !== undefined) return withoutSlash(settings.publicUrl);
  try {
    const told = await client.openapi.get({ signal: AbortSignal.timeout(PATIENCE) });
    const url = serverOf(told);
    if (url !== undefined) return new URL(url).origin;
  } catch (error) {
    world.log.warn(
      { err: error },
      "the media server does not say where it is: set OXBOW_PUBLIC_URL",
    );
  }
  return withoutSlash(settings.serverUrl);
}

function serverOf(openapi: unknown): string | undefined {
  if (typeof openapi !== "object" || openapi === null || !("servers" in openapi)) return undefined;
  const first: unknown = Array.isArray(openapi.servers) ? openapi.servers[0] : undefined;
  if (typeof first !== "object" || first === null || !("url" in first)) return undefined;
  return typeof first.url === "string" ? first.url : undefined;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");
