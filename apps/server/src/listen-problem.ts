/** Names the setting to change where an address can't be listened on; other errors pass as they are. */
export async function orNameSetting<T>(
  listening: Promise<T>,
  {
    host,
    port,
    setting,
  }: { readonly host: string; readonly port: number; readonly setting: string },
): Promise<T> {
  try {
    return await listening;
  } catch (cause) {
    const why = problemOf(cause, setting);
    if (why === undefined) throw cause;
    throw new Error(`Cannot listen on ${host}:${port}: ${why}`, { cause });
  }
}

function problemOf(error: unknown, setting: string): string | undefined {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "EADDRINUSE":
      return `another program uses this port; stop it, or set ${setting} to another`;
    case "EACCES":
      return `this user may not open it; set ${setting} to 1024 or more`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "this machine has no such address; set OXBOW_HOST";
    default:
      return undefined;
  }
}
