import type { MovieTrack } from "@oxbow/containers";
import type { CaptionService } from "@oxbow/media";
import type { TitleFile } from "./title.ts";

/** What one file of an asset holds. */
export type FoundTracks = {
  readonly file: TitleFile;
  readonly tracks: readonly MovieTrack[];
  /** In its pictures; undefined where that is not known. */
  readonly captions: readonly CaptionService[] | undefined;
};

type Chosen = { readonly name: string; readonly file: TitleFile; readonly track: MovieTrack };

/**
 * The tracks of an asset that are served: the first pictures of each file, each a rendition, and every sound
 * that no file before has in the same language and codec. A rendition carries the sound of its source, and
 * a viewer is to choose between languages, not between files.
 */
export function chosenTracks(found: readonly FoundTracks[]): readonly Chosen[] {
  const pictures: Chosen[] = [];
  const sounds: Omit<Chosen, "name">[] = [];
  const heard = new Set<string>();
  for (const { file, tracks } of found) {
    const picture = servedPicture(tracks);
    if (picture !== undefined) {
      const name = pictures.length === 0 ? "video" : `video-${file.rendition}`;
      pictures.push({ name, file, track: picture });
    }
    const before = new Set(heard);
    for (const sound of tracks) {
      if (sound.track.config.kind !== "audio") continue;
      const key = `${sound.track.language} ${sound.track.config.codec}`;
      heard.add(key);
      if (before.has(key)) continue;
      sounds.push({ file, track: sound });
    }
  }
  const numbered = sounds.map(({ file, track }, at) => {
    const name = at === 0 ? "audio" : `audio-${pictures.length + at + 1}`;
    return { name, file, track };
  });
  return [...pictures, ...numbered];
}

/** The pictures of a file that are shown: of several tracks, the first that is to be shown unasked. */
export function servedPicture(tracks: readonly MovieTrack[]): MovieTrack | undefined {
  const pictures = tracks.filter(({ track }) => track.config.kind === "video");
  return pictures.find(({ enabled }) => enabled) ?? pictures[0];
}
