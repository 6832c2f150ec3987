import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@oxbow/sdk";
import type { ExportWish } from "@oxbow/site-contract";
import { openReceiver } from "./http-receiver.ts";
import type { SeededSite } from "./seeded-site.ts";
import type { SiteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

/** Words as people write them: from right to left, without a space, with pictures, as markup. */
export const HARD_WORDS = [
  "مساء الخير من بورتو! كيف حال النهر؟",
  `ThisTitleHasNoSpaceInItAndGoesOnUntilItWouldLeaveTheCard${"AndOn".repeat(8)}`,
  "👩‍👩‍👧‍👦🏳️‍🌈🇧🇷 olá <b>not bold</b> ❤️‍🔥",
] as const;

/** An encoder that can be taken away, and put there so that what it makes never ends. */
export type SeededEncoder = AsyncDisposable & {
  /** For `OXBOW_FFMPEG` of the media server. */
  readonly path: string;
  remove(): Promise<void>;
  /** All else is done as ever, but a file is never at its end; ends with the media server. */
  neverEnds(): Promise<void>;
};

export async function seedEncoder(): Promise<SeededEncoder> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-encoder-"));
  const path = join(folder, "ffmpeg");
  await symlink("/usr/bin/ffmpeg", path);
  return {
    path,
    remove: () => rm(path),
    neverEnds: () =>
      writeFile(
        path,
        `#!/bin/sh
case "$*" in
*libx264*) while kill -0 $PPID; do sleep 1; done ;;
*) exec ffmpeg "$@" ;;
esac
`,
        { mode: 0o755 },
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Wishes for files that did not come as one wishes. */
export type SeededWishes = Readonly<Record<"failed" | "aborted" | "running", string>>;

export type SeededTroubles = AsyncDisposable & { readonly wishes: SeededWishes };

/** Lets go wrong on a site what can go wrong: files, a sink, people in a chat. */
export async function seedTroubles(
  { platform, people, videos }: SeededSite,
  encoder: SeededEncoder,
): Promise<SeededTroubles> {
  const { operator } = people;
  const gone = await openReceiver(410);
  const media = createClient({ url: platform.server.http, key: platform.server.key });
  await media.sinks.create({ url: gone.url, types: ["stream_created"] });
  await media.streams.create({ name: "nobodys" });
  await operator.call("accounts.invite", { body: { role: "viewer", note: HARD_WORDS[1] } });
  await seedChat(people, videos.live);
  await people.streamer.call("videos.mark", {
    params: { video: videos.live },
    body: { label: HARD_WORDS[0] },
  });
  for (const title of HARD_WORDS) {
    const scheduledAt = new Date(Date.now() + 49 * 3_600_000).toISOString();
    await people.planner.call("videos.plan", { body: { title, scheduledAt } });
  }
  const wishes = await seedWishes(people.planner, videos.ended, encoder);
  await until("the alert of the dead sink", async () => {
    const { items } = await operator.call("alerts.list");
    return items.find(({ kind }) => kind === "sink_disabled");
  });
  return { wishes, [Symbol.asyncDispose]: () => gone[Symbol.asyncDispose]() };
}

/** Somebody named to moderate, one who was silenced, and a message that was reported. */
async function seedChat(
  { viewer, streamer, beginner }: SeededSite["people"],
  video: string,
): Promise<void> {
  const params = { video };
  const write = async (who: SiteCaller, text: string): Promise<string> => {
    const body = { text, client: `troubles-${text.length}-${text.codePointAt(0) ?? 0}` };
    return (await who.call("chat.send", { params, body })).id;
  };
  for (const text of HARD_WORDS) await write(viewer, text);
  const message = await write(beginner, "Buy followers at https://example.test/followers");
  await viewer.call("chat.report", { params: { message }, body: { reason: "spam" } });
  const { channel } = await streamer.call("chat.room", { params });
  const named = { email: "tomas.ponte@site.test" };
  await streamer.call("chat.addModerator", { params: { channel }, body: named });
  const { person } = await beginner.call("accounts.session");
  await streamer.call("chat.ban", {
    params: { channel },
    body: { person: person?.id ?? "", reason: HARD_WORDS[1], clear: false },
  });
}

async function seedWishes(
  planner: SiteCaller,
  video: string,
  encoder: SeededEncoder,
): Promise<SeededWishes> {
  const wish = async (title: string): Promise<string> => {
    const body = { video, publish: "no", mode: "transcode", title } as const;
    return (await planner.call("exports.create", { body })).id;
  };
  const reaches = (id: string, state: ExportWish["state"]): Promise<string> =>
    until(`a file that is ${state}`, async () => {
      const now = await planner.call("exports.get", { params: { wish: id } });
      return now.state === state ? id : undefined;
    });
  await encoder.remove();
  const failed = await reaches(await wish(HARD_WORDS[1]), "failed");
  await encoder.neverEnds();
  const aborted = await reaches(await wish(HARD_WORDS[0]), "running");
  await planner.call("exports.abort", { params: { wish: aborted }, body: { why: HARD_WORDS[2] } });
  await reaches(aborted, "aborted");
  return { failed, aborted, running: await reaches(await wish(HARD_WORDS[2]), "running") };
}
