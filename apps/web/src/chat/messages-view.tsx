import type { ChatMessage } from "@oxbow/site-contract";
import {
  type ReactNode,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Button } from "../ui/index.tsx";
import { ArrivalNotice, useFlood } from "./arrival-notice.tsx";
import css from "./chat.module.css";
import { MessageRow } from "./message-row.tsx";
import { useChatTexts } from "./texts.ts";
import type { ShownMessages } from "./use-live-messages.ts";

/** Pixels from the end within which the list counts as at its end. */
const NEAR = 40;

export type MessagesViewProps = {
  readonly messages: ShownMessages;
  /** Somebody stopped the list (WCAG 2.2.2). */
  readonly isPaused: boolean;
  readonly onResume: () => void;
  readonly me: string | null;
  readonly timesFrom: number | null | undefined;
  readonly renderMenu: (message: ChatMessage) => ReactNode;
  /** Grows as this page sends: who writes looks at the newest. */
  readonly sent: number;
  /** After the last message: what this page is sending. */
  readonly after: ReactNode;
  /** Instead of messages, where there are none. */
  readonly empty: ReactNode;
};

/** The messages, the newest at the end; stays where somebody scrolled up to. */
export function MessagesView(props: MessagesViewProps): ReactNode {
  const { messages, isPaused, onResume, me, timesFrom, renderMenu, sent, after, empty } = props;
  const { items, unseen, hasOlder, loading, follow } = messages;
  const texts = useChatTexts();
  const [isAtEnd, setIsAtEnd] = useState(true);
  const isFollowing = isAtEnd && !isPaused;
  const isFlood = useFlood(items);
  useEffect(() => follow(isFollowing), [follow, isFollowing]);
  const { box, toEnd } = useStick(items, isFollowing);
  const rows = useActiveRow(items, box);
  const onSent = useEffectEvent(toEnd);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `sent` is what happened
  useEffect(() => onSent(), [sent]);
  const goOn = (): void => {
    onResume();
    setIsAtEnd(true);
    toEnd();
  };
  return (
    <div className={css["view"]}>
      <div
        ref={box}
        className={css["scroller"]}
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          setIsAtEnd(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        {hasOlder ? (
          <div className={css["older"]}>
            <Button size="s" busy={loading === "older"} onClick={messages.loadOlder}>
              {texts.older}
            </Button>
          </div>
        ) : null}
        {items.length === 0 ? empty : null}
        <div
          role="log"
          aria-label={texts.list}
          aria-live={isFlood ? "off" : "polite"}
          aria-relevant="additions"
        >
          <ol className={css["list"]}>
            {items.map((message, at) => (
              <MessageRow
                key={message.id}
                message={message}
                isOwn={message.author.id === me}
                isActive={message.id === rows.active}
                isFocusable={rows.isFocusable(message.id, at)}
                timesFrom={timesFrom}
                menu={message.id === rows.active ? renderMenu(message) : null}
              />
            ))}
            {after}
          </ol>
        </div>
      </div>
      {isFollowing ? null : (
        <div className={css["toNewest"]}>
          <Button
            variant="primary"
            size="s"
            icon={isPaused && isAtEnd ? "play" : "chevron-down"}
            onClick={goOn}
          >
            {unseen > 0 ? texts.newMessages(unseen) : isPaused ? texts.resume : texts.toNewest}
          </Button>
        </div>
      )}
      <ArrivalNotice items={items} isFlood={isFlood} />
    </div>
  );
}

/** Keeps the end in sight while following; else what is read stays where it is when older ones come. */
function useStick(items: readonly ChatMessage[], isFollowing: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<{ first: string | undefined; height: number }>({
    first: undefined,
    height: 0,
  });
  useLayoutEffect(() => {
    const list = box.current;
    if (list === null) return;
    const first = items[0]?.id;
    const { first: firstBefore, height } = before.current;
    if (isFollowing) list.scrollTop = list.scrollHeight;
    else if (first !== firstBefore && list.scrollTop < NEAR) {
      list.scrollTop += list.scrollHeight - height;
    }
    before.current = { first, height: list.scrollHeight };
  }, [items, isFollowing]);
  // What stands below the list grows and shrinks.
  const keepEnd = useEffectEvent(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  });
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(() => keepEnd());
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const toEnd = (): void => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  };
  return { box, toEnd };
}

const rowOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-message]") : null;

/** One message has the menu: the one under the pointer, or the one with the focus; arrows move it. */
function useActiveRow(
  items: readonly ChatMessage[],
  box: { readonly current: HTMLDivElement | null },
) {
  const [active, setActive] = useState<string | null>(null);
  const activate = (event: Event): void => {
    // An open menu keeps its message, whatever the pointer passes.
    if (box.current?.querySelector(":popover-open") != null) return;
    if (
      event instanceof PointerEvent &&
      event.type === "pointerover" &&
      event.pointerType !== "mouse"
    ) {
      return;
    }
    const row = rowOf(event.target);
    const id = row?.dataset["message"];
    if (id !== undefined) setActive(id);
    // The list scrolls within a page that scrolls: browsers bring into sight in the one, not in the other.
    if (event.type === "focusin") row?.scrollIntoView({ block: "nearest" });
  };
  const move = (event: KeyboardEvent): void => {
    const row = rowOf(event.target);
    if (row === null || row !== event.target) return;
    const at = items.findIndex(({ id }) => id === row.dataset["message"]);
    const to = targetOf(event.key, at, items.length);
    const next = to === undefined ? undefined : items[to];
    if (next === undefined) return;
    event.preventDefault();
    box.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(next.id)}"]`)?.focus();
  };
  const onActivate = useEffectEvent(activate);
  const onKey = useEffectEvent(move);
  // One listener of the list, not four of each of some hundred rows.
  useEffect(() => {
    const list = box.current;
    const stop = new AbortController();
    for (const type of ["pointerover", "click", "focusin"]) {
      list?.addEventListener(type, (event) => onActivate(event), stop);
    }
    list?.addEventListener("keydown", (event) => onKey(event), stop);
    return () => stop.abort();
  }, [box]);
  const isThere = items.some(({ id }) => id === active);
  return {
    active,
    isFocusable: (id: string, at: number) => (isThere ? id === active : at === items.length - 1),
  };
}

function targetOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
