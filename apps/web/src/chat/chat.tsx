import type { Video } from "@oxbow/site-contract";
import { type ReactNode, useId, useState } from "react";
import { kept, useErrorText, useSession } from "../core/index.ts";
import {
  Dialog,
  EmptyState,
  ErrorState,
  Icon,
  IconButton,
  Loading,
  Menu,
  MenuChoice,
  MenuItem,
  Skeleton,
} from "../ui/index.tsx";
import css from "./chat.module.css";
import { Composer } from "./composer.tsx";
import { MessageMenu, useMessageDialogs } from "./message-menu.tsx";
import { MessagesView } from "./messages-view.tsx";
import { ModerationPanel } from "./moderation-panel.tsx";
import { Reconnecting } from "./reconnecting.tsx";
import { useChatTexts } from "./texts.ts";
import { UnsentRow } from "./unsent-row.tsx";
import { type ShownMessages, useLiveMessages } from "./use-live-messages.ts";
import { useReplayMessages } from "./use-replay-messages.ts";
import { type RoomState, useRoom } from "./use-room.ts";
import { useSending } from "./use-sending.ts";

export type ChatProps = {
  readonly video: Pick<Video, "id" | "state" | "chat" | "from">;
  /**
   * What the player shows: Unix milliseconds on the clock of the archive (of a file, the moment that
   * its picture was on air); null while it shows nothing.
   */
  readonly position: () => number | null;
};

/** The chat beside a video: written while it is live, replayed as the player moves when it is over. */
export function Chat({ video, position }: ChatProps): ReactNode {
  const room = useRoom(video.id);
  return video.state === "ended" ? (
    <ReplayChat key="replay" video={video} position={position} room={room} />
  ) : (
    <LiveChat key="live" video={video} position={position} room={room} />
  );
}

type PartProps = ChatProps & { readonly room: RoomState };

/** The chat of a video as it is written, whatever a player shows. */
export function LiveChat({ video, position, room }: PartProps): ReactNode {
  const texts = useChatTexts();
  const [text, setText] = useState("");
  const [isPaused, setIsPaused] = useState(false);
  const [sent, setSent] = useState(0);
  const messages = useLiveMessages(video.id, room.onUpdate);
  const sending = useSending(video.id, {
    position,
    onTaken: (message) => {
      messages.add(message);
      room.noteSent();
    },
    onRefused: (refused) => setText((now) => (now === "" ? refused : now)),
  });
  const sendAndLook = (written: string): void => {
    setIsPaused(false);
    setSent((before) => before + 1);
    sending.send(written);
  };
  const clients = new Set(messages.items.map(({ client }) => client));
  const unsent = sending.unsent.filter(({ client }) => !clients.has(client));
  return (
    <Frame
      title={texts.title}
      room={room}
      messages={messages}
      timesFrom={null}
      pause={{ isPaused, onPause: setIsPaused }}
      sent={sent}
      after={unsent.map((one) => <UnsentRow key={one.client} unsent={one} sending={sending} />)}
      empty={
        <EmptyState icon="chat" title={texts.empty}>
          {room.room?.open === true ? texts.emptyAbout : undefined}
        </EmptyState>
      }
    >
      {room.room === undefined ? null : (
        <Composer
          room={{ ...room.room, open: room.room.open && video.chat }}
          nextAt={room.nextAt}
          sending={{ ...sending, send: sendAndLook }}
          text={text}
          onText={setText}
        />
      )}
    </Frame>
  );
}

function ReplayChat({ video, position, room }: PartProps): ReactNode {
  const texts = useChatTexts();
  const messages = useReplayMessages(video.id, position);
  return (
    <Frame
      title={texts.replayTitle}
      room={room}
      messages={messages}
      timesFrom={video.from === null ? null : Date.parse(video.from)}
      after={null}
      empty={
        <EmptyState icon="chat" title={texts.replayEmpty}>
          {texts.replayEmptyAbout}
        </EmptyState>
      }
    />
  );
}

type FrameProps = {
  readonly title: string;
  readonly room: RoomState;
  readonly messages: ShownMessages;
  /** What times are counted from; null: times of the day. */
  readonly timesFrom: number | null;
  readonly pause?: { readonly isPaused: boolean; readonly onPause: (isPaused: boolean) => void };
  readonly sent?: number;
  readonly after: ReactNode;
  readonly empty: ReactNode;
  readonly children?: ReactNode;
};

function Frame(props: FrameProps): ReactNode {
  const { title, room, messages, timesFrom, pause, sent = 0, after, empty, children } = props;
  const texts = useChatTexts();
  const id = useId();
  const errorText = useErrorText(texts.reasons);
  const { person } = useSession();
  const [showsTimes, setShowsTimes] = useState(() => kept.read("chat-times") === "on");
  const [isModerating, setIsModerating] = useState(false);
  const standing = room.room?.standing ?? null;
  const channel = room.room?.channel ?? "";
  const { onAsk, dialogs } = useMessageDialogs(channel);
  const failed = messages.failed || (room.room === undefined && room.error !== null);
  return (
    <section aria-labelledby={id} className={css["chat"]}>
      <header className={css["head"]}>
        <h2 id={id}>{title}</h2>
        {pause === undefined ? null : (
          <IconButton
            icon={pause.isPaused ? "play" : "pause"}
            label={pause.isPaused ? texts.resume : texts.pause}
            aria-pressed={pause.isPaused}
            onClick={() => pause.onPause(!pause.isPaused)}
          />
        )}
        <Menu label={texts.options} button={<Icon name="settings" />}>
          <MenuChoice
            chosen={showsTimes}
            onChoose={() => {
              kept.write("chat-times", showsTimes ? "off" : "on");
              setShowsTimes(!showsTimes);
            }}
          >
            {texts.showTimes}
          </MenuChoice>
          {standing?.role == null ? null : (
            <MenuItem icon="shield" onClick={() => setIsModerating(true)}>
              {texts.openModeration}
            </MenuItem>
          )}
        </Menu>
      </header>
      <Reconnecting />
      {failed ? (
        <ErrorState
          title={texts.failed}
          onRetry={() => {
            messages.retry();
            room.retry();
          }}
        >
          {room.error === null ? undefined : errorText(room.error)}
        </ErrorState>
      ) : messages.loading === "first" ? (
        <Waiting />
      ) : (
        <MessagesView
          messages={messages}
          isPaused={pause?.isPaused ?? false}
          onResume={() => pause?.onPause(false)}
          me={person?.id ?? null}
          timesFrom={showsTimes ? timesFrom : undefined}
          renderMenu={(message) => (
            <MessageMenu
              message={message}
              me={person?.id ?? null}
              role={standing?.role ?? null}
              channel={channel}
              onAsk={onAsk}
            />
          )}
          sent={sent}
          after={after}
          empty={empty}
        />
      )}
      {children}
      {dialogs}
      <Dialog
        open={isModerating}
        onClose={() => setIsModerating(false)}
        title={texts.moderation}
        wide
      >
        <ModerationPanel channel={channel} />
      </Dialog>
    </section>
  );
}

function Waiting(): ReactNode {
  return (
    <div className={css["waiting"]}>
      <Loading>
        {["70%", "90%", "50%", "80%", "60%"].map((width) => (
          <Skeleton key={width} width={width} />
        ))}
      </Loading>
    </div>
  );
}
