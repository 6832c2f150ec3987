/** The longest that an event is waited for, in milliseconds. */
const PATIENCE = 30_000;

type Fact = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };

/** A player's reading of the viewer signal. */
export type SignalReader = {
  readonly seen: readonly Fact[];
  /** The first of a type, among what came and what will. */
  find(type: string): Promise<Fact>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Reads `/live/{stream}/events`; resolves when the state was told. */
export async function signalOf(url: string): Promise<SignalReader> {
  const stop = new AbortController();
  const answer = await fetch(url, { signal: stop.signal });
  const type = answer.headers.get("content-type");
  if (answer.status !== 200 || !type?.startsWith("text/event-stream") || !answer.body) {
    throw new Error(`${url} answered ${answer.status} ${type}`);
  }
  const seen: Fact[] = [];
  let arrived = Promise.withResolvers<void>();
  const body = answer.body.pipeThrough(new TextDecoderStream());
  const reading = (async () => {
    let rest = "";
    for await (const piece of body) {
      const blocks = (rest + piece).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (name !== undefined && data !== undefined)
          seen.push({ type: name, data: JSON.parse(data) });
      }
      arrived.resolve();
      arrived = Promise.withResolvers();
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  const find = async (wanted: string): Promise<Fact> => {
    const late = AbortSignal.timeout(PATIENCE);
    const tooLate = new Promise<void>((resolve) => late.addEventListener("abort", () => resolve()));
    for (;;) {
      const found = seen.find((fact) => fact.type === wanted);
      if (found) return found;
      if (late.aborted)
        throw new Error(`No ${wanted} came, but ${seen.map((fact) => fact.type).join(", ")}`);
      await Promise.race([arrived.promise, tooLate]);
    }
  };
  await find("state");
  return {
    seen,
    find,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
