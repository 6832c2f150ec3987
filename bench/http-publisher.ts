import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { StartedServer } from "./started-server.ts";

const SCRIPT = fileURLToPath(new URL("./encoder-load.ts", import.meta.url));

export interface PublishedStream extends AsyncDisposable {
  /** Where it is played from, below the server's address: `/live/{name}/`. */
  readonly live: string;
}

/** Makes a stream and publishes a clip to it, over and over, until it is disposed of. */
export async function publishLoop(
  server: StartedServer,
  options: {
    readonly name: string;
    readonly clip: string;
    /** At most this long. */
    readonly seconds: number;
    readonly low?: boolean;
  },
): Promise<PublishedStream> {
  const { name, clip, seconds, low } = options;
  const made = (await server.api("POST", "/streams", {
    name,
    ...(low === true ? { latency: "low" } : {}),
  })) as { publish: { rtmp: { url: string } } };
  const args = [SCRIPT, "--file", clip, "--seconds", String(seconds)];
  const child = spawn(process.execPath, [...args, "--urls", made.publish.rtmp.url], {
    stdio: "ignore",
  });
  return {
    live: `/live/${name}/`,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
