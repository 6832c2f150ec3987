/** Where text goes. */
export type Output = {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Characters in a line. */
  readonly columns: number;
};

/** What the command line has of the outside; tests give their own. */
export type Io = {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: () => number;
  /** Whether somebody is there to answer. */
  readonly interactive: boolean;
  /** Asks a question that is answered by yes or no. A signal takes it back. */
  confirm(question: string, signal?: AbortSignal): Promise<boolean>;
  /** Calls the listener for each Ctrl-C, instead of ending the process. Answers how to stop that. */
  onInterrupt(listener: () => void): () => void;
};

/** What the exit status says. */
export const exit = {
  ok: 0,
  /** The server refused, or the job failed. */
  failed: 1,
  /** The command line is not right. */
  usage: 2,
  /** No server answered. */
  unreachable: 3,
  /** The export was aborted. */
  aborted: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Ends a command with one line on standard error. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly status: number;

  constructor(message: string, status: number = exit.failed) {
    super(message);
    this.status = status;
  }
}
