import type { Client } from "@oxbow/sdk";
import { SiteFault, type SiteOperation, siteRoutes } from "@oxbow/site-contract";
import { createAccounts } from "./accounts/index.ts";
import {
  alertHandlers,
  alertProjection,
  alertTasks,
  raiseAlert,
  resolveAlert,
} from "./alerts/index.ts";
import type { Handlers } from "./calls/index.ts";
import {
  channelHandlers,
  channelProjection,
  channelTasks,
  HealthSampler,
} from "./channels/index.ts";
import { chatHandlers } from "./chat/index.ts";
import {
  type ExportParts,
  exportHandlers,
  exportProjection,
  exportTasks,
  isExportUnfinished,
  resyncWishes,
  scheduleCare,
} from "./exports/index.ts";
import { mailTasks, mailWorks } from "./mail/index.ts";
import type { EventProjections, Inbox } from "./media/index.ts";
import {
  Certificates,
  type OperatorParts,
  operatorHandlers,
  operatorProjection,
  operatorTasks,
} from "./operator/index.ts";
import { Playback } from "./playback/index.ts";
import { recordingHandlers } from "./recordings/index.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store/index.ts";
import type { TaskHandlers } from "./tasks/index.ts";
import { sampleFilmTasks, TestStreams, testStreamHandlers } from "./test-stream/index.ts";
import type { Updates } from "./updates/index.ts";
import {
  isSomethingOnAir,
  policyFacts,
  ViewerCounts,
  videoHandlers,
  videoProjection,
  videoTasks,
} from "./videos/index.ts";
import type { World } from "./world.ts";

export type FeatureParts = {
  readonly settings: Settings;
  readonly world: World;
  readonly store: Store;
  readonly media: Client;
  /** What browsers call the media server. */
  readonly mediaUrl: string;
  readonly updates: Updates;
  /** What browsers call this site; asked for once it listens. */
  readonly siteUrl: () => string;
  /** Where the media server's events come in; it is opened later. */
  readonly inbox: () => Inbox;
};

const notYet: Record<string, () => Promise<never>> = Object.fromEntries(
  (Object.keys(siteRoutes) as SiteOperation[]).map((id) => [
    id,
    async () => {
      throw new SiteFault("internal", `${id} is in the making`);
    },
  ]),
);

/** Opens what the site is made of, each with what it needs of the others; closes with `opened`. */
export async function openFeatures(on: FeatureParts, opened: AsyncDisposableStack) {
  const { settings, world, store, media, updates } = on;
  const accounts = await createAccounts({ store, world, settings, siteUrl: on.siteUrl });
  const playback = new Playback({
    store,
    world,
    client: media,
    mediaUrl: on.mediaUrl,
    facts: policyFacts(store.db),
  });
  const health = opened.use(new HealthSampler({ store, world, media, updates }));
  const viewers = opened.use(
    new ViewerCounts({
      store,
      world,
      media,
      lookers: (video) => updates.listeners(`video:${video}`),
      tell: (video, data) =>
        updates.tellNow({ topic: `video:${video}`, type: "video.viewers", data }),
    }),
  );
  const tests = opened.use(new TestStreams({ store, world, media, ffmpeg: settings.ffmpeg }));
  const videos = { store, world, media, playback, viewers };
  const exports: ExportParts = {
    store,
    world,
    media,
    playback,
    alerts: {
      raise: (tx, alert) => raiseAlert(tx, world, alert),
      resolve: (tx, name, by) => resolveAlert(tx, world, name, by),
    },
  };
  await store.commit((tx) => scheduleCare(tx, exports, 0));
  const ofOperator: OperatorParts = {
    store,
    world,
    client: media,
    inbox: on.inbox,
    certificates: new Certificates(world),
    jobOfWish: async () => null,
    told: settings.told,
    mailWorks: mailWorks(settings),
    webhookUrl: settings.alertWebhookUrl,
    siteUrl: on.siteUrl,
  };
  const handlers = {
    ...notYet,
    ...accounts.handlers,
    ...channelHandlers({
      store,
      world,
      media,
      health,
      testOf: (channel) => tests.of(channel),
    }),
    ...testStreamHandlers({ store, world, tests }),
    ...videoHandlers(videos),
    ...exportHandlers(exports),
    ...recordingHandlers({ store, media, playback }),
    ...chatHandlers({
      store,
      world,
      callOperator: (tx, { message, channel, video, count }) =>
        raiseAlert(tx, world, {
          kind: "chat_reported",
          key: message,
          severity: "warning",
          about: { video, channel },
          data: { reports: count },
        }),
    }),
    ...alertHandlers({ store, world }),
    ...operatorHandlers(ofOperator),
  } as unknown as Handlers;
  const projections: EventProjections = {
    channels: channelProjection(world),
    videos: videoProjection(world),
    exports: exportProjection(exports),
    alerts: alertProjection(world),
    operator: operatorProjection(world),
  };
  const tasks = (site: string): TaskHandlers => ({
    ...mailTasks({ ...settings, world }),
    ...channelTasks({ store, world, media }),
    ...videoTasks(videos),
    ...exportTasks(exports),
    ...playback.tasks,
    ...sampleFilmTasks({ store, world, media, ffmpeg: settings.ffmpeg, data: settings.data }),
    ...operatorTasks(ofOperator),
    ...alertTasks({
      store,
      world,
      webhookUrl: settings.alertWebhookUrl,
      mailWorks: mailWorks(settings),
      site,
    }),
  });
  return {
    accounts,
    handlers,
    projections,
    tasks,
    /** Whether the media server is to be heard of. */
    expecting: async () => (await isSomethingOnAir(store.db)) || isExportUnfinished(store.db),
    resync: [() => resyncWishes(exports)],
  };
}
