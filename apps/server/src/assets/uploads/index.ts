export type { Checksum } from "./receiving.ts";
export type { Upload, UploadStore } from "./upload.ts";
export { type UploadRequest, Uploads, type UploadTicket } from "./uploads.ts";
