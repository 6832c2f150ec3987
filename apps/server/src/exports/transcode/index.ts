export { discardPieces, piecesKept } from "./piece-folder.ts";
export { transcodeFiles } from "./transcode-files.ts";
