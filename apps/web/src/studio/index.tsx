export { DashboardPage } from "./dashboard-page.tsx";
export { LivePage } from "./live-page.tsx";
export { RecordingPage } from "./recording-page.tsx";
export { RecordingsPage } from "./recordings-page.tsx";
export { StudioSettingsPage } from "./settings-page.tsx";
