export { Chat, type ChatProps } from "./chat.tsx";
export { ModerationPanel } from "./moderation-panel.tsx";
