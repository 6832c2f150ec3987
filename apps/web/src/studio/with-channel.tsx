import type { ReactNode } from "react";
import { useCall, useErrorText } from "../core/index.ts";
import { ErrorState, Loading } from "../ui/index.tsx";
import { CreateChannel } from "./create-channel.tsx";
import { useStudioTexts } from "./texts.ts";
import { type OwnChannel, useChannelUpdates } from "./use-channel.ts";

/** A page of one's own channel; who has none yet makes it here. */
export function WithChannel({
  children,
}: {
  readonly children: (channel: OwnChannel) => ReactNode;
}): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText();
  const mine = useCall("channels.mine", {});
  const channel = mine.data?.channel ?? undefined;
  useChannelUpdates(channel?.id);
  if (mine.isError && mine.data === undefined) {
    return (
      <ErrorState page title={texts.loadFailed} onRetry={() => void mine.refetch()}>
        {errorText(mine.error)}
      </ErrorState>
    );
  }
  if (mine.data === undefined) return <Loading />;
  return channel === undefined ? <CreateChannel /> : children(channel);
}
