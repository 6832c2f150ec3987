export { UploadRoutes } from "./upload-routes.ts";
export { withUploads } from "./with-uploads.ts";
