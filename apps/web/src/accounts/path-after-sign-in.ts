/** Where a page sent its visitor to sign in from: a path of this site, never another one. */
export function pathAfterSignIn(search: string, origin: string): string {
  const wished = new URLSearchParams(search).get("next") ?? "/";
  const url = URL.parse(wished, origin);
  return url?.origin === origin ? `${url.pathname}${url.search}${url.hash}` : "/";
}
