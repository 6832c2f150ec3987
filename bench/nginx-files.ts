import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Nginx, startNginx } from "./nginx.ts";

/** nginx serving the files of `root` by sendfile. Undefined where it is not installed. */
export async function startNginxFiles(root: string): Promise<Nginx | undefined> {
  await mkdir(join(root, "tmp"), { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${root}/tmp/${name};`)
    .join(" ");
  return startNginx(
    root,
    "",
    (
      port,
    ) => `http { sendfile on; tcp_nopush on; keepalive_requests 1000000; access_log off; ${temporary}
  server { listen 127.0.0.1:${port}; root ${root}; } }`,
  );
}
