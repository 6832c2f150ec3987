import type { AccountTables } from "./tables/accounts.ts";
import type { AlertTables } from "./tables/alerts.ts";
import type { ChannelTables } from "./tables/channels.ts";
import type { ChatTables } from "./tables/chat.ts";
import type { ExportTables } from "./tables/exports.ts";
import type { MediaTables } from "./tables/media.ts";
import type { PlaybackTable } from "./tables/playback.ts";
import type { SampleFilmTable } from "./tables/sample-film.ts";
import type { TaskTable } from "./tables/tasks.ts";
import type { UpdateTable } from "./tables/updates.ts";
import type { VideoTables } from "./tables/videos.ts";

/**
 * The platform's tables: each area's stand in a file of `tables/`. Times are Unix milliseconds; what
 * is JSON is text; yes and no are 1 and 0.
 */
export interface Schema
  extends AccountTables,
    AlertTables,
    ChannelTables,
    ChatTables,
    ExportTables,
    MediaTables,
    PlaybackTable,
    SampleFilmTable,
    TaskTable,
    UpdateTable,
    VideoTables {}
