import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Nginx, startNginx } from "./nginx.ts";

/** A request that the cache answered. */
export type CacheLine = {
  /** Whether the origin was asked: anything but a hit. */
  readonly asked: boolean;
  readonly status: number;
  readonly path: string;
};

export type NginxCache = Nginx & {
  /** What was answered so far, by the log. */
  lines(): CacheLine[];
};

/**
 * nginx as a cache in front of `origin`, which asks once for what many want at the same time. Undefined
 * where nginx is not installed.
 */
export async function startNginxCache(
  folder: string,
  origin: string,
): Promise<NginxCache | undefined> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/tmp/${name};`)
    .join(" ");
  await mkdir(join(folder, "tmp"), { recursive: true });
  const log = join(folder, "access.log");
  const nginx = await startNginx(
    folder,
    "",
    (port) => `http {
  ${temporary} keepalive_requests 1000000;
  log_format cache '$upstream_cache_status $status $request_uri';
  access_log ${log} cache;
  proxy_cache_path ${folder}/cache keys_zone=media:8m use_temp_path=off;
  upstream origin { server ${new URL(origin).host}; keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_cache media;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 30s;
      proxy_cache_lock_age 30s;
      proxy_read_timeout 60s;
    }
  }
}`,
  );
  if (!nginx) return undefined;
  return {
    ...nginx,
    lines: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const [cached = "", status, path = ""] = line.split(" ");
          return { asked: cached !== "HIT", status: Number(status), path };
        }),
    [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose](),
  };
}
