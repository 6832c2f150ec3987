export { type MailOptions, mailTasks } from "./mail-tasks.ts";
export { type Letter, mailWorks, sendMail } from "./send-mail.ts";
