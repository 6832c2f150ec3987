import { OxbowError } from "@oxbow/sdk";
import type { ExportDetail } from "@oxbow/site-contract";
import { asked, type OperatorParts } from "./operator-parts.ts";

/** What the media server says about the last job of a wish. */
export async function exportDetail(
  { client, jobOfWish }: OperatorParts,
  wish: string,
): Promise<ExportDetail> {
  const id = await jobOfWish(wish);
  if (id === null) return { job: null };
  const job = await asked(() =>
    client.exports.get(id).catch((error: unknown) => {
      if (error instanceof OxbowError && error.code === "export_unknown") return undefined;
      throw error;
    }),
  );
  if (job === undefined) return { job: null };
  const { state, attempt, error } = job;
  return {
    job: {
      id,
      state,
      attempt,
      code: error?.code ?? null,
      message: error?.message ?? null,
      tail: error?.detail ?? null,
    },
  };
}
