export interface SampleFilmTable {
  /** One row: the film that a new site shows. */
  sample_film: {
    id: 1;
    /**
     * `missing`: there was no ffmpeg to make it; it is tried at the next start. `sending`: its video is
     * there, its file may not be.
     */
    state: "wanted" | "missing" | "sending" | "done";
    video: string | null;
  };
}
