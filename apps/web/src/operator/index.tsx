export { OperatorDoctorPage } from "./doctor-page.tsx";
export { OperatorEventsPage } from "./events-page.tsx";
export { OperatorExportsPage } from "./exports-page.tsx";
export { OperatorNeedsPage } from "./needs-page.tsx";
export { OperatorSessionsPage } from "./sessions-page.tsx";
export { OperatorSettingsPage } from "./settings-page.tsx";
export { OperatorSinksPage } from "./sinks-page.tsx";
export { OperatorStoragePage } from "./storage-page.tsx";
