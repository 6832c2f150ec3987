import { CallError } from "./call-error.ts";
import { createTexts } from "./use-texts.ts";

const useTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);

/**
 * Says what went wrong, in the visitor's language.
 *
 * @param reasons an area's own texts by `reason`, for example `{ handle_taken: "…" }`
 */
export function useErrorText(
  reasons: Readonly<Record<string, string>> = {},
): (error: unknown) => string {
  const texts = useTexts();
  return (error) => {
    if (!(error instanceof CallError)) return texts.unknown;
    const own = error.reason === undefined ? undefined : reasons[error.reason];
    return own ?? texts.errors[error.code];
  };
}
