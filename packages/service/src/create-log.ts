import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";

/** A log on standard output: lines of JSON, or text in colours where somebody looks at a terminal. */
export const createLog = (level: string): Logger => pino({ level, base: null }, destination());

function destination(): DestinationStream {
  return process.stdout.isTTY
    ? pretty({ colorize: true, ignore: "pid,hostname", translateTime: "HH:MM:ss.l" })
    : pino.destination({ dest: 1, sync: true });
}
