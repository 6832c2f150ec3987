import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Nginx, startNginx } from "./nginx.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

/** nginx with its RTMP module: HLS and FLV recording, as a peer. Undefined where it is not installed. */
export async function startNginxRtmp(folder: string): Promise<Nginx | undefined> {
  if (!existsSync(MODULE)) return undefined;
  for (const name of ["hls", "record"]) await mkdir(join(folder, name), { recursive: true });
  return startNginx(
    folder,
    `load_module ${MODULE};`,
    (port) => `rtmp { server { listen 127.0.0.1:${port}; chunk_size 4096;
  application live { live on; hls on; hls_path ${folder}/hls; hls_fragment 2s; hls_playlist_length 16s;
    record all; record_path ${folder}/record; } } }`,
  );
}
