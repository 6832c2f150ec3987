import type { Caller } from "../calls/index.ts";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { addChannel, addVideo } from "../videos/video-for-tests.ts";
import { chatHandlers } from "./chat-handlers.ts";
import type { ReportedOften } from "./room.ts";

type Role = "viewer" | "streamer" | "operator";

export type ChatTest = {
  readonly store: Store;
  readonly world: TestWorld;
  readonly chat: ReturnType<typeof chatHandlers>;
  /** What operators were called for. */
  readonly calls: ReportedOften[];
  /** What pages were told: topic and type, then data. */
  readonly told: () => Promise<[string, unknown][]>;
};

/** Somebody who calls, by the name of a person that `chatTest` makes. */
export function as(name: string, role: Role = "viewer"): Caller {
  const person = {
    id: `per_${name}`,
    name,
    email: `${name}@site.example`,
    role,
    language: "en",
  } as const;
  return { person, address: "192.0.2.7" };
}

export const nobody: Caller = { person: null, address: "192.0.2.7" };

const people: readonly (readonly [string, Role])[] = [
  ["olga", "streamer"],
  ["max", "viewer"],
  ["ana", "viewer"],
  ["bea", "viewer"],
  ["carl", "viewer"],
  ["other", "streamer"],
  ["boss", "operator"],
];

/** A test on both databases with Olga's channel `chn_1`, its live video `vid_live`, and `vid_private`; and another's `chn_2`. */
export function chatTest(name: string, body: (on: ChatTest) => Promise<void>): void {
  storeTest(name, async ({ store, world }) => {
    await store.commit(async (tx) => {
      for (const [id, role] of people) {
        await tx
          .insertInto("people")
          .values({
            id: `per_${id}`,
            name: id,
            email: `${id}@site.example`,
            image: null,
            role,
            language: "en",
            created_at: "2026-01-01T00:00:00.000Z",
            updated_at: "2026-01-01T00:00:00.000Z",
            email_verified: 1,
          })
          .execute();
      }
      await addChannel(tx, { id: "chn_1", handle: "olga", name: "Olga", owner: "per_olga" });
      await addChannel(tx, { id: "chn_2", handle: "other", name: "Other", owner: "per_other" });
      const live = { channel: "chn_1", state: "live", source: "live" } as const;
      await addVideo(tx, { id: "vid_live", ...live });
      await addVideo(tx, { id: "vid_private", ...live, visibility: "private" });
      await addVideo(tx, { id: "vid_ended", channel: "chn_1" });
    });
    const calls: ReportedOften[] = [];
    const chat = chatHandlers({
      store,
      world,
      callOperator: async (_, about) => {
        calls.push(about);
      },
    });
    const told = async (): Promise<[string, unknown][]> => {
      const rows = await store.db.selectFrom("updates").selectAll().orderBy("id").execute();
      return rows.map(({ topic, type, data }) => [`${topic} ${type}`, JSON.parse(data)]);
    };
    await body({ store, world, chat, calls, told });
  });
}

let clients = 0;

/** Writes into a room, as a page does. */
export async function write(
  { chat, world }: Pick<ChatTest, "chat" | "world">,
  caller: Caller,
  text: string,
  more: { readonly video?: string; readonly mediaAt?: number } = {},
) {
  world.time += 3_000;
  const { video = "vid_live", mediaAt } = more;
  return chat["chat.send"]({
    params: { video },
    query: undefined,
    body: {
      text,
      client: `client_${clients++}`,
      ...(mediaAt === undefined ? {} : { mediaAt }),
    },
    caller,
  });
}
