import { createInterface } from "node:readline/promises";
import type { Io, Output } from "./io.ts";

const output = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => void stream.write(text),
  get isTTY() {
    return stream.isTTY;
  },
  get columns() {
    return stream.columns ?? 80;
  },
});

/** The terminal, or the pipes, that the process was started with. */
export function terminal(): Io {
  return {
    out: output(process.stdout),
    err: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    interactive: process.stdin.isTTY && process.stderr.isTTY,
    async confirm(question, signal) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        // Ctrl-C inside a question comes here, not to the process.
        lines.on("SIGINT", () => process.emit("SIGINT"));
        const answer = await lines.question(`${question} [y/N] `, signal ? { signal } : {});
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        lines.close();
      }
    },
    onInterrupt(listener) {
      process.on("SIGINT", listener);
      return () => void process.off("SIGINT", listener);
    },
  };
}
