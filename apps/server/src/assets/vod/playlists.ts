import { mediaPlaylist } from "@oxbow/hls";
import { isPacked } from "./packed-audio.ts";
import { shownAt, type Title, type TitleTrack } from "./title.ts";

/**
 * In the path of all that is kept for ever: how segments are cut and samples are served. A change of
 * either changes it, so that no cache mixes the old with the new.
 */
export const PACKAGING = "p2";

/** The playlist of one track. Every segment stands in it, and it never changes. */
export function trackPlaylist(title: Title, track: TitleTrack): string {
  const folder = `${PACKAGING}/${track.number}`;
  return mediaPlaylist({
    kind: "vod",
    targetDuration: title.targetDuration,
    mediaSequence: 0,
    discontinuitySequence: 0,
    segments: Array.from(track.seconds, (seconds, segment) => ({
      uri: `${folder}/${segment}.${isPacked(track) ? "mp3" : "m4s"}`,
      seconds,
      ...(isPacked(track) ? {} : { map: `${folder}/init.mp4` }),
      // A track may end before another: what it lacks is said, and nothing is loaded for it.
      gap: (track.starts[segment + 1] ?? 0) <= (track.starts[segment] ?? 0),
    })),
    ended: true,
    independent: title.independent,
  });
}

/** One entry of an I-frame playlist. */
export type KeyPicture = {
  /** Position among the served samples. */
  readonly sample: number;
  /** Until the next. */
  readonly ticks: number;
};

/** Where every picture is a keyframe, so many a second are enough to look for a scene. */
const PICTURE_SECONDS = 0.5;

/** Each picture that is asked for is looked up in them. They go with their track. */
const known = new WeakMap<TitleTrack, readonly KeyPicture[]>();

/** The keyframes that an I-frame playlist lists, ascending, each shown until the next. */
export function keyPictures(track: TitleTrack): readonly KeyPicture[] {
  const before = known.get(track);
  if (before !== undefined) return before;
  const made = listPictures(track);
  known.set(track, made);
  return made;
}

function listPictures({ samples, track }: TitleTrack): readonly KeyPicture[] {
  const { syncs, count, shownFrom, shownTo } = samples;
  const least = PICTURE_SECONDS * track.timescale;
  const listed: { sample: number; ticks: number }[] = [];
  let before = Number.NEGATIVE_INFINITY;
  const many = syncs === "all" ? count : syncs.length;
  for (let place = 0; place < many; place += 1) {
    const sample = syncs === "all" ? place : (syncs[place] ?? 0);
    const time = Math.max(shownFrom, shownAt(samples, sample));
    if (time - before < least || time >= shownTo) continue;
    const last = listed.at(-1);
    if (last !== undefined) last.ticks = time - before;
    listed.push({ sample, ticks: shownTo - time });
    before = time;
  }
  return listed;
}

/** The I-frame playlist of a track of pictures (rfc8216bis §4.4.3.6). */
export function picturePlaylist(of: TitleTrack): string {
  const folder = `${PACKAGING}/${of.number}`;
  const pictures = keyPictures(of);
  const seconds = pictures.map(({ ticks }) => ticks / of.track.timescale);
  return mediaPlaylist({
    kind: "vod",
    targetDuration: seconds.reduce((most, each) => Math.max(most, Math.round(each)), 1),
    mediaSequence: 0,
    discontinuitySequence: 0,
    segments: pictures.map(({ sample }, at) => ({
      uri: `${folder}/${sample}.iframe.m4s`,
      seconds: seconds[at] ?? 0,
      map: `${folder}/init.mp4`,
    })),
    ended: true,
    pictures: true,
  });
}

/** The playlist of a subtitle: one file for all of the title, so that nothing is loaded twice. */
export function subtitlePlaylist(title: Title, file: string): string {
  return mediaPlaylist({
    kind: "vod",
    targetDuration: Math.max(1, Math.ceil(title.duration)),
    mediaSequence: 0,
    discontinuitySequence: 0,
    segments: [{ uri: file, seconds: title.duration }],
    ended: true,
  });
}
