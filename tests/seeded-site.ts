import { join } from "node:path";
import { makeClip } from "../fixtures/clip.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { type Publisher, publish } from "./publisher.ts";
import { invited, type SiteCaller, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

/** A site on which something of everything has happened. */
export type SeededSite = AsyncDisposable & {
  readonly platform: PlatformProcess;
  readonly people: {
    /** Like `streamer`, reads English; the others have chosen Portuguese, whose words are longer. */
    readonly nobody: SiteCaller;
    readonly viewer: SiteCaller;
    /** On air. */
    readonly streamer: SiteCaller;
    /** Has a broadcast behind, a file of it, and the next one planned. */
    readonly planner: SiteCaller;
    /** Has no channel as yet. */
    readonly beginner: SiteCaller;
    readonly operator: SiteCaller;
  };
  /** The id of the wish for a file of `ended`, which is ready. */
  readonly file: string;
  /** Ids of videos. */
  readonly videos: {
    readonly live: string;
    readonly ended: string;
    readonly planned: string;
    readonly hidden: string;
    readonly removed: string;
  };
};

/** A channel, and where its encoder publishes to. */
async function channelOf(
  caller: SiteCaller,
  handle: string,
  name: string,
): Promise<{ readonly id: string; readonly url: string }> {
  const { id } = await caller.call("channels.create", {
    body: {
      handle,
      name,
      about: "Rivers, bridges and the people beside them. Every Thursday at eight.",
      defaults: { autoExport: false, title: `${name}, live` },
    },
  });
  const url = await until(`the key of ${handle}`, async () => {
    const { status, body } = await caller.ask("channels.revealKey", { params: { channel: id } });
    const told = typeof body === "object" && body !== null && "url" in body ? body.url : undefined;
    return status === 200 && typeof told === "string" ? told : undefined;
  });
  return { id, url };
}

/** The newest video of a channel's owner, when it is in a state. */
const videoIn = (caller: SiteCaller, state: "live" | "ended"): Promise<string> =>
  until(`a video that is ${state}`, async () => {
    const { items } = await caller.call("videos.mine");
    return items.find((video) => video.state === state && video.source !== "none")?.id;
  });

async function talk(caller: SiteCaller, video: string, lines: readonly string[]): Promise<void> {
  for (const [at, text] of lines.entries()) {
    await caller.ask("chat.send", {
      params: { video },
      body: { text, client: `seeded-${at}-${video}` },
    });
  }
}

/** A broadcast that is over, with a file of it; the next one; a private one; one that was removed. */
async function seedPlanner(
  platform: PlatformProcess,
  planner: SiteCaller,
): Promise<Pick<SeededSite, "file"> & { readonly videos: Omit<SeededSite["videos"], "live"> }> {
  const { url } = await channelOf(planner, "ponte-velha", "Ponte Velha");
  const clip = join(platform.data, "over.flv");
  await makeClip(clip, { duration: 24, gop: 1, fps: 15 });
  await publish(clip, url, { speed: 8 }).done;
  const ended = await videoIn(planner, "ended");
  const body = { title: "From the old bridge to the sea", description: "With chapters." };
  await planner.call("videos.update", { params: { video: ended }, body });
  const wish = { video: ended, publish: "no" } as const;
  const { id: file } = await planner.call("exports.create", { body: wish });
  const plan = async (title: string, visibility: "public" | "private"): Promise<string> => {
    const scheduledAt = new Date(Date.now() + 26 * 3_600_000).toISOString();
    return (await planner.call("videos.plan", { body: { title, visibility, scheduledAt } })).id;
  };
  const planned = await plan("Evening on the river: a walk with questions", "public");
  const hidden = await plan("A rehearsal", "private");
  const removed = await plan("A mistake", "public");
  await planner.call("videos.delete", { params: { video: removed } });
  await until("the file", async () => {
    const { state } = await planner.call("exports.get", { params: { wish: file } });
    return state === "ready" ? state : undefined;
  });
  return { file, videos: { ended, planned, hidden, removed } };
}

/**
 * Starts the platform and lets people do things, by the site's own API.
 *
 * @param ofServer settings of the media server
 */
export async function seedSite(ofServer: Record<string, string> = {}): Promise<SeededSite> {
  const platform = await startPlatform({}, ofServer);
  const open: AsyncDisposable[] = [platform];
  const close = async (): Promise<void> => {
    for (const one of open.toReversed()) await one[Symbol.asyncDispose]();
  };
  try {
    const operator = await setUpOperator(platform);
    const person = (name: string, role: "viewer" | "streamer"): Promise<SiteCaller> =>
      invited(platform, operator, { name, role });
    const viewer = await person("Vera Viewer", "viewer");
    const streamer = await person("Marina Lopes", "streamer");
    const planner = await person("Tomas Ponte", "streamer");
    const beginner = await person("Nico Novo", "streamer");
    const film = join(platform.data, "live.flv");
    await makeClip(film, { duration: 10, gop: 1, fps: 15 });
    const { url } = await channelOf(streamer, "rio-aberto", "Rio Aberto");
    const encoder: Publisher = publish(film, url, { input: ["-stream_loop", "-1"] });
    open.push(encoder);
    const [live, planned] = await Promise.all([
      videoIn(streamer, "live"),
      seedPlanner(platform, planner),
    ]);
    await talk(viewer, live, ["Good evening from Porto!", "Is the water always this green?"]);
    await talk(streamer, live, ["Only after rain. Good evening, Vera!"]);
    for (const one of [viewer, planner, beginner, operator]) {
      await one.call("accounts.change", { body: { language: "pt-BR" } });
    }
    return {
      platform,
      people: { nobody: siteCaller(platform.http), viewer, streamer, planner, beginner, operator },
      file: planned.file,
      videos: { live, ...planned.videos },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
