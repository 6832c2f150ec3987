import { z } from "zod";
import type { TaskHandlers } from "../tasks/index.ts";
import { REMOVE_MEDIA, removeMedia } from "./delete-video.ts";
import type { VideoParts } from "./video-parts.ts";

/** What videos have to do on the media server, surely. */
export function videoTasks(parts: VideoParts): TaskHandlers {
  const id = z.string();
  return {
    [REMOVE_MEDIA]: (payload) => removeMedia(parts, id.parse(payload)),
  };
}
