import type { ToldTopic, Topic } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";

/** Whether somebody may listen to a topic about one thing. */
export type MayListen = (
  caller: Caller,
  topic: Exclude<Topic, "home" | "me" | "operator">,
) => Promise<boolean>;

/** The topic as it is told, for who listens; undefined where nobody is signed in for `me`. */
export function toldTopic(caller: Caller, topic: Topic): ToldTopic | undefined {
  if (topic !== "me") return topic;
  return caller.person === null ? undefined : `me:${caller.person.id}`;
}

/** The topic as pages know it. */
export function pageTopic(told: string): string {
  return told.startsWith("me:") ? "me" : told;
}

/** Whether somebody may listen: what is the same on every site here, the rest by `mayListen`. */
export async function isAllowed(
  mayListen: MayListen,
  caller: Caller,
  topic: Topic,
): Promise<boolean> {
  switch (topic) {
    case "home":
      return true;
    case "me":
      return caller.person !== null;
    case "operator":
      return caller.person?.role === "operator";
    default:
      return mayListen(caller, topic);
  }
}
