/** The longest that the media server may take for one answer, in milliseconds. */
const PATIENCE = 20_000;

/** Asks the media server. Undefined where it has none of it; throws where it gives no answer now. */
export async function askMedia(
  url: string,
  signal: AbortSignal,
  cache: RequestCache = "default",
): Promise<Response | undefined> {
  const limits = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const answer = await fetch(url, { signal: limits, cache });
  if (answer.ok) return answer;
  // Removed, lost from the disk, or never there. An expired token is renewed, and who restarts comes back.
  if ([400, 404, 409, 410, 422, 500].includes(answer.status)) return undefined;
  throw new Error(`The media server answered ${answer.status}`);
}
