/** Playback is open to every page; `http.md` fixes what scripts may read. */
export const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Content-Range, ETag, Age, Date",
  "Timing-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

const CRLF = "\r\n";
const START = `HTTP/1.1 200 OK${CRLF}${Object.entries(CORS)
  .map(([name, value]) => `${name}: ${value}${CRLF}`)
  .join("")}`;

let second = 0;
let dateLine = "";

/** The second that heads are dated with now, Unix time. */
export function headSecond(): number {
  return Math.floor(Date.now() / 1000);
}

/** RFC 9110 §6.6.1, to the second. */
function date(): string {
  const now = headSecond();
  if (now !== second) {
    second = now;
    dateLine = `Date: ${new Date(now * 1000).toUTCString()}${CRLF}`;
  }
  return dateLine;
}

export type HeadParts = {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The head of an HTTP/1.1 answer with status 200, written without `node:http`; the empty line is the caller's. */
export function commonHead(
  { contentType, cacheControl, headers }: HeadParts,
  connection: "close" | "keep-alive",
): string {
  let head = `${START}Connection: ${connection}${CRLF}Content-Type: ${contentType}${CRLF}Cache-Control: ${cacheControl}${CRLF}`;
  if (headers) {
    for (const name in headers) head += `${name}: ${headers[name] ?? ""}${CRLF}`;
  }
  return head + date();
}
