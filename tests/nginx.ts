import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** Master and workers. */
  pids(): readonly number[];
}

/**
 * nginx with one worker on a free port of this machine, in a folder of its own. `sections` gives what
 * stands in its configuration beside the usual head. Undefined where nginx is not installed.
 */
export async function startNginx(
  folder: string,
  head: string,
  sections: (port: number) => string,
): Promise<Nginx | undefined> {
  if (spawnSync("nginx", ["-v"]).error) return undefined;
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  const config = join(folder, "nginx.conf");
  const log = join(folder, "error.log");
  await writeFile(
    config,
    `${head}
daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${log} crit;
${process.getuid?.() === 0 ? "user root;" : ""}
events { worker_connections 4096; }
${sections(port)}
`,
  );
  const child = spawn("nginx", ["-c", config, "-p", folder, "-e", log], { stdio: "ignore" });
  const master = child.pid ?? 0;
  await listening(port);
  return {
    port,
    pids: () => [master, ...childrenOf(master)],
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
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
    const answer = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answer) return;
    await wait(50);
  }
  throw new Error(`Nothing listens on port ${port}`);
}
