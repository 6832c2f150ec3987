/** How long browsers shall come by https only, in seconds: a year. */
const HSTS_SECONDS = 31_536_000;

export type HeadersOf = {
  /** Whether the browser came by https. */
  readonly https: boolean;
  /** Whether other sites may show this page in a frame. */
  readonly framed: boolean;
  /** `https://media.example`, where players fetch media. */
  readonly mediaOrigins: readonly string[];
};

/** What every answer tells the browser not to do. */
export function securityHeaders({
  https,
  framed,
  mediaOrigins,
}: HeadersOf): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(framed, mediaOrigins),
    "x-content-type-options": "nosniff",
    // Paths hold the tokens of one-time links.
    "referrer-policy": "same-origin",
    "permissions-policy":
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    ...(framed ? {} : { "x-frame-options": "DENY" }),
    ...(https ? { "strict-transport-security": `max-age=${HSTS_SECONDS}` } : {}),
  };
}

function contentSecurityPolicy(framed: boolean, mediaOrigins: readonly string[]): string {
  const media = mediaOrigins.join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The player's shadow roots carry their style in the page.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${media}`,
    // hls.js gives each caption track an empty file of its own, as data.
    `media-src 'self' blob: data: ${media}`,
    `connect-src 'self' ${media}`,
    "font-src 'self'",
    // hls.js parses media in a worker that it makes of a blob.
    "worker-src 'self' blob:",
    `frame-src 'self' ${media}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framed ? "*" : "'none'"}`,
  ]
    .map((directive) => directive.trim())
    .join("; ");
}
