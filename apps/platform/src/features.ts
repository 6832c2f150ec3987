import type { Client } from "@oxbow/sdk";
import { type Accounts, createAccounts } from "./accounts/index.ts";
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
import { chatHandlers, chatTasks, scheduleForgetting } from "./chat/index.ts";
import {
  type ExportParts,
  exportHandlers,
  exportProjection,
  exportTasks,
  isExportUnfinished,
  resyncWishes,
  scheduleCare,
  wishOf,
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
import type { Store, Tx } from "./store/index.ts";
import type { TaskHandlers } from "./tasks/index.ts";
import {
  sampleFilmTasks,
  TestStreams,
  testStreamHandlers,
  wantSampleFilm,
} from "./test-stream/index.ts";
import type { Updates } from "./updates/index.ts";
import {
  isSomethingOnAir,
  policyFacts,
  resyncVideos,
  tellPlayback,
  type VideoParts,
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

/** What features are made of, each with what it needs of the others. */
type Services = {
  readonly accounts: Accounts;
  readonly playback: Playback;
  readonly health: HealthSampler;
  readonly tests: TestStreams;
  readonly videos: VideoParts;
  readonly exports: ExportParts;
  readonly operator: OperatorParts;
};

/** The site's features as the rest of the platform sees them. */
export type Features = {
  readonly accounts: Accounts;
  readonly handlers: Handlers;
  readonly projections: EventProjections;
  /** To be asked for when the site listens: letters tell its address. */
  readonly tasks: () => TaskHandlers;
  /** Whether the media server is to be heard of. */
  readonly expecting: () => Promise<boolean>;
  /** What asks for the state of things once, where events are gone that nobody will tell again. */
  readonly resync: readonly (() => Promise<void>)[];
};

/** Opens what the site is made of; closes with `opened`. */
export async function openFeatures(
  on: FeatureParts,
  opened: AsyncDisposableStack,
): Promise<Features> {
  const { store } = on;
  const services = await openServices(on, opened);
  await store.commit(async (tx) => {
    await scheduleCare(tx, services.exports, 0);
    await scheduleForgetting(tx, on.world);
  });
  return {
    accounts: services.accounts,
    handlers: handlersOf(on, services),
    projections: projectionsOf(on, services),
    tasks: () => tasksOf(on, services),
    expecting: async () => (await isSomethingOnAir(store.db)) || isExportUnfinished(store.db),
    resync: [() => resyncVideos(services.videos), () => resyncWishes(services.exports)],
  };
}

async function openServices(on: FeatureParts, opened: AsyncDisposableStack): Promise<Services> {
  const { settings, world, store, media, updates } = on;
  const playback = new Playback({
    store,
    world,
    client: media,
    mediaUrl: on.mediaUrl,
    facts: policyFacts(store.db),
    changed: (tx, subject) => tellPlayback(tx, world, subject),
  });
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
  return {
    accounts: await createAccounts({
      store,
      world,
      settings,
      siteUrl: on.siteUrl,
      settingUp: (tx) => wantFilm(on, tx),
    }),
    playback,
    health: opened.use(new HealthSampler({ store, world, media, updates })),
    tests: opened.use(new TestStreams({ store, world, media, ffmpeg: settings.ffmpeg })),
    videos: { store, world, media, playback, viewers },
    exports: {
      store,
      world,
      media,
      playback,
      alerts: {
        raise: (tx, alert) => raiseAlert(tx, world, alert),
        resolve: (tx, name, by) => resolveAlert(tx, world, name, by),
      },
    },
    operator: {
      store,
      world,
      client: media,
      inbox: on.inbox,
      certificates: new Certificates(world),
      jobOfWish: async (wish) => (await wishOf(store.db, wish))?.export ?? null,
      told: settings.told,
      mailWorks: mailWorks(settings),
      webhookUrl: settings.alertWebhookUrl,
      siteUrl: on.siteUrl,
    },
  };
}

/** Something to play, once there is somebody to play it. */
async function wantFilm({ settings, world }: FeatureParts, tx: Tx): Promise<void> {
  if (settings.sampleFilm === "on") await wantSampleFilm(tx, world);
}

function handlersOf({ store, world, media }: FeatureParts, services: Services): Handlers {
  const { accounts, health, playback, tests } = services;
  return {
    ...accounts.handlers,
    ...channelHandlers({ store, world, media, health, testOf: (channel) => tests.of(channel) }),
    ...testStreamHandlers({ store, world, tests }),
    ...videoHandlers(services.videos),
    ...exportHandlers(services.exports),
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
    ...operatorHandlers(services.operator),
  };
}

/** In the order in which they see an event: a video knows of its file before its wish does. */
function projectionsOf({ world }: FeatureParts, { exports }: Services): EventProjections {
  return {
    channels: channelProjection(world),
    videos: videoProjection(world),
    exports: exportProjection(exports),
    alerts: alertProjection(world),
    operator: operatorProjection(world),
  };
}

function tasksOf(on: FeatureParts, services: Services): TaskHandlers {
  const { settings, store, world, media } = on;
  const { ffmpeg, data } = settings;
  return {
    ...mailTasks({ ...settings, world }),
    ...channelTasks({ store, world, media }),
    ...videoTasks(services.videos),
    ...exportTasks(services.exports),
    ...chatTasks({ store, world }),
    ...services.playback.tasks,
    ...sampleFilmTasks({ store, world, media, ffmpeg, data }),
    ...operatorTasks(services.operator),
    ...alertTasks({
      store,
      world,
      webhookUrl: settings.alertWebhookUrl,
      mailWorks: mailWorks(settings),
      site: on.siteUrl(),
    }),
  };
}
