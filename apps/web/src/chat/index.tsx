export { Chat, type ChatProps } from "./chat.tsx";
export { ChatPage } from "./chat-page.tsx";
export { ModerationPanel } from "./moderation-panel.tsx";
