import type { ReactNode } from "react";
import { useCall, useErrorText, useParam, useTitle } from "../core/index.ts";
import { ErrorState, Loading } from "../ui/index.tsx";
import css from "./chat.module.css";
import { LiveChat } from "./chat.tsx";
import { useChatTexts } from "./texts.ts";
import { useRoom } from "./use-room.ts";

/** `/watch/{video}/chat`: the chat in a window of its own, beside an encoder or on a second screen. */
export function ChatPage(): ReactNode {
  const id = useParam("video");
  const texts = useChatTexts();
  const errorText = useErrorText(texts.reasons);
  const { data, error, refetch } = useCall("videos.view", { params: { video: id } });
  useTitle(data === undefined ? undefined : `${texts.title}: ${data.video.title}`);
  if (data !== undefined) return <ChatAlone key={id} page={data} />;
  if (error === null) return <Loading />;
  return (
    <ErrorState page title={texts.failed} onRetry={() => void refetch()}>
      {errorText(error)}
    </ErrorState>
  );
}

function ChatAlone({
  page: { video },
}: {
  readonly page: { readonly video: Parameters<typeof LiveChat>[0]["video"] & { title: string } };
}): ReactNode {
  const room = useRoom(video.id);
  return (
    <div className={css["alone"]}>
      <h1 tabIndex={-1} className={css["aloneTitle"]}>
        <a href={`/watch/${video.id}`}>{video.title}</a>
      </h1>
      <LiveChat video={video} position={nowhere} room={room} />
    </div>
  );
}

/** There is no player here: what is live is what one writes about. */
const nowhere = (): null => null;
