export { ExportPage } from "./export-page.tsx";
export { ExportsPage } from "./exports-page.tsx";
export { NewExportPage } from "./new-export-page.tsx";
