import type { z } from "zod";
import type { ServerProcess } from "./server-process.ts";

/** The API of a server, with its first key. Answers are checked against the contract. */
export type ApiClient = {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T>;
  /** Status and code of an answer that is to be a refusal. */
  refusal(path: string, body: unknown): Promise<{ status: number; code: unknown }>;
};

async function read<T>(answer: Response, schema: z.ZodType<T>): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}

export function apiOf(server: ServerProcess): ApiClient {
  const call = (path: string, body?: unknown): Promise<Response> =>
    fetch(`${server.http}/api/v1${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  return {
    get: async (path, schema) => read(await call(path), schema),
    post: async (path, body, schema) => read(await call(path, body), schema),
    async refusal(path, body) {
      const answer = await call(path, body);
      const problem: unknown = await answer.json();
      const code =
        typeof problem === "object" && problem !== null && "code" in problem
          ? problem.code
          : undefined;
      return { status: answer.status, code };
    },
  };
}
