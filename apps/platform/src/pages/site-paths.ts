/** What the paths of the site's pages begin with: those of `apps/web/src/app/router.tsx`, and the player's. */
export const pageFolders: readonly string[] = [
  "",
  "account",
  "c",
  "confirm",
  "embed",
  "forgotten-password",
  "invitation",
  "new-password",
  "operator",
  "search",
  "setup",
  "sign-in",
  "sign-up",
  "studio",
  "watch",
];

/** Whether a path that begins with this may be a page; others are 404 for programs, too. */
export const isPage = (folder: string): boolean => pageFolders.includes(folder);
