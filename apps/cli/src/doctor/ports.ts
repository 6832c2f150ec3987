import { createServer } from "node:net";
import type { Finding } from "./finding.ts";

/** Whether the server can listen on a port, or is it that does. */
export async function checkPort(
  name: string,
  setting: string,
  env: Readonly<Record<string, string | undefined>>,
  usual: number,
  serverIsUp: boolean,
): Promise<Finding> {
  const what = `${name} port`;
  const port = Number(env[setting] || usual);
  if (port === 0) return { what, state: "good", text: "any free one" };
  const code = await tryListen(port);
  if (code === undefined) return { what, state: "good", text: `${port} is free` };
  if (code === "EADDRINUSE" && serverIsUp) {
    return {
      what,
      state: "good",
      text: `${port} is in use, as it should be while the server runs`,
    };
  }
  const why =
    code === "EADDRINUSE"
      ? "is in use by another program: stop that"
      : code === "EACCES"
        ? "is not for this user: choose one above 1023"
        : `can't be opened (${code}): choose another`;
  return { what, state: "bad", text: `${port} ${why}, or set ${setting}` };
}

/** The code of the error that listening brings; undefined where it works. */
function tryListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen(port, () => server.close(() => resolve(undefined)));
  });
}
