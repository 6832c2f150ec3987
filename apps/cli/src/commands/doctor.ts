import type { Command } from "commander";
import { dataFolder, serverUrl } from "../connect.ts";
import { type Context, contextOf } from "../context.ts";
import { checkClock } from "../doctor/clock.ts";
import { checkDataFolder, checkDiskSpace } from "../doctor/disk.ts";
import { askEncoders, printEncoders } from "../doctor/encoders.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkPort } from "../doctor/ports.ts";
import { checkNode, checkProgram } from "../doctor/programs.ts";
import { askServer } from "../doctor/server.ts";
import { CommandError, type Io } from "../io.ts";

/** `doctor`: what would keep the server from working, and what to do about it. */
export function addDoctor(program: Command, io: Io): void {
  program
    .command("doctor")
    .description("Check programs, ports, disk, clock, the running server and its encoders")
    .option("--measure", "have the server measure its encoders again, which takes some seconds")
    .addHelpText("after", examples)
    .action(async ({ measure }: { measure?: true }, command: Command) => {
      const context = contextOf(command, io);
      const { findings, doctor } = await examine(context, measure === true);
      context.show({ findings, encoding: doctor }, () => {
        for (const { what, state, text } of findings) {
          io.out.write(`${marks[state]} ${what}: ${text}\n`);
        }
        if (doctor !== null) printEncoders(io.out, doctor);
      });
      const bad = findings.filter(({ state }) => state === "bad");
      if (bad.length > 0) {
        throw new CommandError(`To be put right: ${bad.map(({ what }) => what).join(", ")}`);
      }
    });
}

async function examine(context: Context, measure: boolean) {
  const { io, options } = context;
  const folder = dataFolder(options, io);
  const server = await askServer(serverUrl(options, io));
  // Now, since to measure takes a while.
  const clock = checkClock(io.now(), server.date);
  const encoders = server.up ? await askEncoders(() => context.client, measure) : undefined;
  const findings: Finding[] = [
    checkNode(process.versions.node),
    await checkProgram("ffmpeg"),
    await checkProgram("ffprobe"),
    await checkDataFolder(folder),
    await checkDiskSpace(folder),
    await checkPort("HTTP", "OXBOW_HTTP_PORT", io.env, 8080, server.up),
    await checkPort("RTMP", "OXBOW_RTMP_PORT", io.env, 1935, server.up),
    clock,
    server.finding,
    ...(encoders === undefined ? [] : [encoders.finding]),
  ];
  return { findings, doctor: encoders?.doctor ?? null };
}

const marks: Readonly<Record<Finding["state"], string>> = {
  good: "ok  ",
  note: "note",
  bad: "BAD ",
};

const examples = `
Examples:
  $ oxbow doctor
  $ oxbow doctor --measure
  $ OXBOW_DATA=/var/lib/oxbow oxbow doctor --json`;
