import type { AnswerOf, SiteOperation } from "@oxbow/site-contract";
import {
  keepPreviousData,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "./call.ts";
import type { CallError } from "./call-error.ts";
import type { CallInput } from "./call-input.ts";
import { callKey } from "./query-client.ts";

export type UseCallOptions = {
  /** False: not yet. */
  readonly enabled?: boolean;
  /** For how many milliseconds an answer counts as new; Infinity where live updates keep it so. */
  readonly staleTime?: number;
  /** Shows the answer of the input before until that of the new one is there. */
  readonly keepPrevious?: boolean;
  /** Asks again every so many milliseconds, while the page is in sight. For gauges alone. */
  readonly every?: number;
};

/** The answer of an operation that reads, kept, shared by all who ask the same. */
export function useCall<Id extends SiteOperation>(
  id: Id,
  input: CallInput<Id>,
  options: UseCallOptions = {},
): UseQueryResult<AnswerOf<Id>, CallError> {
  return useQuery<AnswerOf<Id>, CallError>({
    queryKey: callKey(id, input),
    queryFn: ({ signal }) => call(id, input, { signal }),
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
    ...(options.every === undefined ? {} : { refetchInterval: options.every }),
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
}

export type UseChangeOptions<Id extends SiteOperation> = {
  /** Operations whose answers are old after this change. */
  readonly invalidates?: readonly SiteOperation[];
  readonly onDone?: (answer: AnswerOf<Id>, input: CallInput<Id>) => void;
  /** Milliseconds that an answer may take. */
  readonly timeout?: number;
};

/** An operation that changes something: `change.mutate({ params, body })`. */
export function useChange<Id extends SiteOperation>(
  id: Id,
  options: UseChangeOptions<Id> = {},
): UseMutationResult<AnswerOf<Id>, CallError, CallInput<Id>> {
  const client = useQueryClient();
  return useMutation<AnswerOf<Id>, CallError, CallInput<Id>>({
    mutationFn: (input) =>
      call(id, input, options.timeout === undefined ? {} : { timeout: options.timeout }),
    onSuccess: async (answer, input) => {
      options.onDone?.(answer, input);
      await Promise.all(
        (options.invalidates ?? []).map((old) =>
          client.invalidateQueries({ queryKey: callKey(old) }),
        ),
      );
    },
  });
}

/** The answers that are kept, for what changes them from outside: live updates. */
export type Answers = {
  /** The answer as it is kept; undefined where nobody has asked yet. */
  readonly get: <Id extends SiteOperation>(
    id: Id,
    input: CallInput<Id>,
  ) => AnswerOf<Id> | undefined;
  readonly set: <Id extends SiteOperation>(
    id: Id,
    input: CallInput<Id>,
    answer: AnswerOf<Id> | ((before: AnswerOf<Id> | undefined) => AnswerOf<Id> | undefined),
  ) => void;
  /** Asks again, where somebody looks; else when somebody does. */
  readonly invalidate: (...ids: readonly SiteOperation[]) => Promise<void>;
};

export function useAnswers(): Answers {
  const client = useQueryClient();
  return useMemo(
    () => ({
      get: (id, input) => client.getQueryData(callKey(id, input)),
      set: (id, input, answer) => {
        client.setQueryData(callKey(id, input), answer);
      },
      invalidate: async (...ids) => {
        await Promise.all(ids.map((id) => client.invalidateQueries({ queryKey: callKey(id) })));
      },
    }),
    [client],
  );
}
