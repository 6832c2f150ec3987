import type { ChatRoom } from "@oxbow/site-contract";
import { useState } from "react";
import { type KnownUpdate, useAnswers, useCall, useSession, useUpdates } from "../core/index.ts";

export type RoomState = {
  /** Undefined until it is known. */
  readonly room: ChatRoom | undefined;
  readonly error: unknown;
  readonly retry: () => void;
  /** When slow mode lets this person write again, Unix milliseconds; 0: now. */
  readonly nextAt: number;
  /** A message of this person was taken. */
  readonly noteSent: () => void;
  /** Something was told of the room. */
  readonly onUpdate: (update: KnownUpdate) => void;
};

/** A room's rules, and what the visitor may do in it, as they change. */
export function useRoom(video: string): RoomState {
  const { person } = useSession();
  const answers = useAnswers();
  const input = { params: { video } };
  const { data, error, refetch } = useCall("chat.room", input, { staleTime: Infinity });
  const [sentAt, setSentAt] = useState(0);
  const set = (change: (room: ChatRoom) => ChatRoom): void =>
    answers.set("chat.room", input, (before) => before && change(before));
  useUpdates(person === null ? [] : ["me"], (update) => {
    if (update.type !== "chat.standing" || update.data.channel !== data?.channel) return;
    const standing = update.data;
    set((room) => ({ ...room, standing }));
  });
  const slow = data?.standing?.role === null ? data.rules.slowSeconds * 1000 : 0;
  const told = data?.standing?.nextAt ?? null;
  return {
    room: data,
    error,
    retry: () => void refetch(),
    nextAt: slow === 0 ? 0 : Math.max(told === null ? 0 : Date.parse(told), sentAt + slow),
    noteSent: () => setSentAt(Date.now()),
    onUpdate: (update) => {
      if (update.type === "chat.room") set((room) => ({ ...room, ...update.data }));
    },
  };
}
