// The package has no types of its own: what tests use of it.
declare module "mpd-parser" {
  export type ParsedSegment = {
    readonly uri: string;
    readonly number: number;
    readonly duration: number;
    readonly presentationTime: number;
    readonly map: { readonly uri: string };
  };
  export type ParsedPlaylist = {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly segments: readonly ParsedSegment[];
    readonly endList: boolean;
  };
  export type ParsedManifest = {
    readonly duration: number;
    readonly minimumUpdatePeriod?: number;
    readonly playlists: readonly ParsedPlaylist[];
    readonly mediaGroups: {
      readonly AUDIO: Readonly<
        Record<string, Readonly<Record<string, { readonly playlists: readonly ParsedPlaylist[] }>>>
      >;
    };
  };
  export function parse(
    text: string,
    options: { readonly manifestUri: string; readonly NOW?: number },
  ): ParsedManifest;
}
