export { denseGrid, SHEET_COLUMNS, SHEET_ROWS, sheetSize, sheetTemplate } from "./grid.ts";
export type { Picture, PictureBytes, PictureSource, Size } from "./picture-source.ts";
export {
  isThumbnailPath,
  type ThumbnailAnswer,
  type ThumbnailRange,
  type ThumbnailRequest,
  Thumbnails,
} from "./thumbnails.ts";
