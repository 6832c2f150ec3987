import type { SiteOperation } from "@oxbow/site-contract";
import { type CallInput, type UseChangeOptions, useChange, useErrorText } from "../core/index.ts";
import { useToast } from "../ui/index.tsx";
import { useOperatorTexts } from "./texts.ts";

export type Act<Id extends SiteOperation> = {
  readonly isPending: boolean;
  /** What was asked for last. */
  readonly variables: CallInput<Id> | undefined;
  readonly mutate: (input: CallInput<Id>) => void;
};

/** A change whose refusal is told in the corner, and that says nothing else by itself. */
export function useAct<Id extends SiteOperation>(id: Id, options: UseChangeOptions<Id>): Act<Id> {
  const texts = useOperatorTexts();
  const errorText = useErrorText(texts.reasons);
  const tell = useToast();
  const { isPending, variables, mutateAsync } = useChange(id, options);
  return {
    isPending,
    variables,
    mutate: (input) => {
      mutateAsync(input).catch((error: unknown) => tell(errorText(error), "bad"));
    },
  };
}
