import { SiteFault } from "@oxbow/site-contract";

/** Methods that change nothing. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

export type Sender = {
  readonly method: string;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which no script can forge. */
  readonly fetchSite: string | undefined;
};

/**
 * Refuses a change that a page of another site asks for (CSRF). A browser says by itself which site a
 * request comes from; what says neither is no page of ours.
 *
 * @param own origins of this site
 */
export function refuseCrossSite(sender: Sender, own: readonly string[]): void {
  if (SAFE.has(sender.method) || isOwn(sender, own)) return;
  throw new SiteFault("forbidden", "This change must be asked for by a page of this site", {
    reason: "cross_site",
  });
}

/** Whether a page of this site sends it. */
export function isOwn(
  { origin, fetchSite }: Omit<Sender, "method">,
  own: readonly string[],
): boolean {
  if (fetchSite !== undefined) return fetchSite === "same-origin";
  return origin !== undefined && own.includes(origin);
}
