/** A range of a file, to be sent as it stands. */
export type FileSlice = { readonly path: string; readonly offset: number; readonly bytes: number };

/** What a media URL is answered with; `http` adds ranges, conditions and the connection. */
export type VodAnswer =
  | {
      readonly kind: "bytes";
      readonly contentType: string;
      readonly cacheControl: string;
      /** Strong, with its quotes. */
      readonly etag: string;
      readonly body: readonly Uint8Array[];
      /** Sum of the body's lengths. */
      readonly bytes: number;
      /** The body compressed, once; absent where that is not worth it. */
      readonly gzip?: () => Promise<Uint8Array>;
    }
  | {
      readonly kind: "file";
      readonly contentType: string;
      readonly cacheControl: string;
      readonly etag: string;
      readonly file: FileSlice;
      readonly bytes: number;
    }
  | {
      readonly kind: "pieces";
      readonly contentType: string;
      readonly cacheControl: string;
      readonly etag: string;
      /** One after another. */
      readonly pieces: readonly (Uint8Array | FileSlice)[];
      readonly bytes: number;
    };
