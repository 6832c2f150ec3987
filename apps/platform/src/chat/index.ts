export { chatHandlers, mayModerateChannel } from "./chat-handlers.ts";
export type { ChatParts, ReportedOften } from "./room.ts";
