import type { AnswerOf } from "@oxbow/site-contract";
import type { Caller, HandlersOf } from "../calls/index.ts";
import { mediaFault } from "../media/index.ts";
import { mayEdit, requireWatch } from "./access.ts";
import { allowedPeople, allowPerson, disallowPerson } from "./allowed-people.ts";
import { updateVideo } from "./change-video.ts";
import { chooseFile, unpublishFile } from "./choose-file.ts";
import { deleteVideo } from "./delete-video.ts";
import { endVideo } from "./end-video.ts";
import { markVideo, unmarkVideo } from "./markers.ts";
import { planVideo } from "./plan-video.ts";
import { removePoster, setPoster } from "./posters.ts";
import { searchVideos } from "./search-videos.ts";
import { posterFor, studioList, studioVideo } from "./studio-videos.ts";
import { toVideo } from "./to-video.ts";
import { removeFile, unshownFiles } from "./unshown-files.ts";
import { homeVideos, videosOfChannel } from "./video-lists.ts";
import type { VideoParts } from "./video-parts.ts";
import { playbackOf } from "./video-playback.ts";
import type { VideoRow } from "./video-row.ts";

/** The operations of videos. */
export function videoHandlers(parts: VideoParts): HandlersOf<"videos"> {
  const { store } = parts;
  const told = (row: VideoRow, caller: Caller) => studioVideo(parts, row, caller.person);
  return {
    "videos.home": () => homeVideos(parts),
    "videos.search": ({ query }) => searchVideos(store, query),
    "videos.ofChannel": ({ params, query }) => videosOfChannel(parts, params.handle, query),
    "videos.view": ({ params, caller }) => viewVideo(parts, params.video, caller),
    "videos.playback": async ({ params, caller }) => {
      const row = await requireWatch(store.db, caller.person, params.video);
      return playback(parts, row, caller);
    },
    "videos.mine": ({ query, caller }) => studioList(parts, caller.person, query),
    "videos.plan": async ({ body, caller }) => told(await planVideo(parts, caller, body), caller),
    "videos.update": async ({ params, body, caller }) =>
      told(await updateVideo(parts, caller, params.video, body), caller),
    "videos.end": async ({ params, caller }) =>
      told(await endVideo(parts, caller, params.video), caller),
    "videos.mark": ({ params, body, caller }) => markVideo(parts, caller, params.video, body),
    "videos.unmark": async ({ params, caller }) => {
      await unmarkVideo(parts, caller, params.video, params.marker);
    },
    "videos.unshownFiles": async ({ params, caller }) => {
      return { items: await unshownFiles(parts, caller, params.channel), next: null };
    },
    "videos.removeFile": async ({ params, caller }) => {
      await removeFile(parts, caller, params.channel, params.asset);
    },
    "videos.publishFile": async ({ params, body, caller }) =>
      told(await chooseFile(parts, caller, params.video, body.asset), caller),
    "videos.unpublish": async ({ params, caller }) =>
      told(await unpublishFile(parts, caller, params.video), caller),
    "videos.setPoster": async ({ params, body, caller }) => {
      const jpeg = Buffer.from(body.jpeg, "base64");
      return told(await setPoster(parts, caller, params.video, jpeg), caller);
    },
    "videos.removePoster": async ({ params, caller }) =>
      told(await removePoster(parts, caller, params.video), caller),
    "videos.delete": async ({ params, caller }) => {
      await deleteVideo(parts, caller, params.video);
    },
    "videos.allowed": async ({ params, caller }) => {
      return { items: await allowedPeople(parts, caller, params.video), next: null };
    },
    "videos.allow": ({ params, body, caller }) =>
      allowPerson(parts, caller, params.video, body.email),
    "videos.disallow": async ({ params, caller }) => {
      await disallowPerson(parts, caller, params.video, params.person);
    },
  };
}

/** All that a watch page begins with. Refuses as `requireWatch` does. */
export async function viewVideo(
  parts: VideoParts,
  id: string,
  caller: Caller,
): Promise<AnswerOf<"videos.view">> {
  const { store, viewers } = parts;
  const row = await requireWatch(store.db, caller.person, id);
  const [video, player, counted, edit] = await Promise.all([
    toVideo(store.db, row),
    playback(parts, row, caller),
    viewers.of(row),
    mayEdit(store.db, caller.person, row),
  ]);
  const poster = await posterFor(parts, row, video.poster, caller.person);
  return {
    video: { ...video, poster, viewers: counted?.now ?? null },
    playback: player,
    may: { edit },
  };
}

async function playback(parts: VideoParts, row: VideoRow, caller: Caller) {
  try {
    return await playbackOf(parts, row, caller.person);
  } catch (error) {
    throw mediaFault(error);
  }
}
