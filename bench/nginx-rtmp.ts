import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

export interface NginxRtmp extends AsyncDisposable {
  readonly rtmp: string;
  /** Master and workers. */
  pids(): readonly number[];
}

/** nginx with its RTMP module: HLS and FLV recording, as a peer. Undefined where it is not installed. */
export async function startNginxRtmp(folder: string): Promise<NginxRtmp | undefined> {
  if (!existsSync(MODULE)) return undefined;
  const port = await freePort();
  for (const name of ["hls", "record", "tmp"]) await mkdir(join(folder, name), { recursive: true });
  const config = join(folder, "nginx.conf");
  await writeFile(config, configuration(folder, port));
  const child = spawn("nginx", ["-c", config, "-p", folder, "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  const master = child.pid ?? 0;
  await listening(port);
  return {
    rtmp: `rtmp://127.0.0.1:${port}/live`,
    pids: () => [master, ...childrenOf(master)],
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

function configuration(folder: string, port: number): string {
  return `load_module ${MODULE};
daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
user root;
events { worker_connections 4096; }
rtmp { server { listen 127.0.0.1:${port}; chunk_size 4096;
  application live { live on; hls on; hls_path ${folder}/hls; hls_fragment 2s; hls_playlist_length 16s;
    record all; record_path ${folder}/record; } } }
`;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No free port");
  return address.port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]);
    socket.destroy();
    if (answer) return;
    await wait(50);
  }
  throw new Error(`Nothing listens on port ${port}`);
}
