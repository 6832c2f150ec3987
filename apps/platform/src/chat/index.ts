export { chatHandlers, mayModerateChannel } from "./chat-handlers.ts";
export { chatTasks, scheduleForgetting } from "./forget-chats.ts";
export type { ChatParts, ReportedOften } from "./room.ts";
