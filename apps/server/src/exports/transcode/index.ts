export { discardPieces, piecesKept } from "./piece-folder.ts";
