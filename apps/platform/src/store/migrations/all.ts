import { tasksAndUpdates } from "./0001-tasks-and-updates.ts";
import { accounts } from "./0002-accounts.ts";
import { mediaInbox } from "./0003-media-inbox.ts";
import { exportWishes } from "./0004-exports.ts";
import { channels } from "./0005-channels.ts";
import { sampleFilm } from "./0006-sample-film.ts";
import { playback } from "./0007-playback.ts";
import { videos } from "./0008-videos.ts";
import { videoSearch } from "./0009-video-search.ts";
import { updateLog } from "./0011-update-log.ts";
import { chat } from "./0012-chat.ts";
import { alerts } from "./0013-alerts.ts";
import { peopleSearch } from "./0014-people-search.ts";
import { posters } from "./0015-posters.ts";
import type { Migration } from "./migration.ts";

/** In order; the number of a migration is its place, from 1. Gaps in the file names are allowed. */
export const migrations: readonly Migration[] = [
  tasksAndUpdates,
  accounts,
  mediaInbox,
  playback,
  alerts,
  videos,
  channels,
  updateLog,
  videoSearch,
  sampleFilm,
  chat,
  exportWishes,
  peopleSearch,
  posters,
];
