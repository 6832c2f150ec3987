import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";

/** What came for a path: playlists with their bytes, media as a number of bytes. */
export type Heard = {
  readonly status: number;
  readonly etag: string;
  readonly zipped: boolean;
  readonly bytes: number;
  readonly body: Buffer | undefined;
};

/** One request at a time. */
export interface HlsConnection {
  ask(path: string, keep: boolean, heard: (answer: Heard) => void): void;
  close(): void;
}

const field = (head: string, name: string): string =>
  new RegExp(`\r\n${name}: ([^\r]*)`, "i").exec(head)?.[1] ?? "";

/** HTTP/1.1 as light as it goes: answers with a Content-Length, and no others. */
export function overHttp1(base: URL, failed: () => void): HlsConnection {
  const socket = connect({ host: base.hostname, port: Number(base.port), noDelay: true });
  let told: ((answer: Heard) => void) | undefined;
  let keep = false;
  let head = "";
  let left = 0;
  let answer: { status: number; etag: string; zipped: boolean; bytes: number } | undefined;
  let kept: Buffer[] = [];
  const take = (piece: Buffer) => {
    if (keep) kept.push(piece);
    left -= piece.length;
    if (left > 0 || !answer) return;
    const body = keep ? Buffer.concat(kept) : undefined;
    const whole = { ...answer, body };
    answer = undefined;
    kept = [];
    told?.(whole);
  };
  socket.on("data", (data) => {
    if (answer) return take(data);
    head += data.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [status, bytes] = [Number(head.slice(9, 12)), Number(field(head, "content-length"))];
    const zipped = field(head, "content-encoding") === "gzip";
    answer = { status, etag: field(head, "etag"), zipped, bytes };
    left = bytes;
    const rest = head.length - end - 4;
    head = "";
    take(data.subarray(data.length - rest));
  });
  socket.on("error", failed);
  return {
    ask(path, wanted, heard) {
      [keep, told] = [wanted, heard];
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${base.host}\r\nAccept-Encoding: gzip\r\n\r\n`);
    },
    close: () => socket.destroy(),
  };
}

/** The connections of one player, over one of HTTP/2. */
export function overHttp2(base: URL, failed: () => void): () => HlsConnection {
  const session = connectHttp2(base, {
    rejectUnauthorized: false,
    settings: { initialWindowSize: 6 * 1024 * 1024 },
  });
  session.on("error", failed);
  session.on("connect", () => session.setLocalWindowSize(15 * 1024 * 1024));
  return () => ({
    ask(path, keep, heard) {
      const stream = session.request({ ":path": path, "accept-encoding": "gzip" });
      const kept: Buffer[] = [];
      let bytes = 0;
      let [status, etag, zipped] = [0, "", false];
      stream.on("response", (headers) => {
        status = headers[":status"] ?? 0;
        etag = headers.etag ?? "";
        zipped = headers["content-encoding"] === "gzip";
      });
      stream.on("data", (data: Buffer) => {
        bytes += data.length;
        if (keep) kept.push(data);
      });
      stream.on("end", () =>
        heard({ status, etag, zipped, bytes, body: keep ? Buffer.concat(kept) : undefined }),
      );
      stream.on("error", failed);
    },
    close: () => session.destroy(),
  });
}
