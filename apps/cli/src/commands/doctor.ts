import type { Command } from "commander";
import { dataFolder, serverUrl } from "../connect.ts";
import { contextOf } from "../context.ts";
import { checkClock } from "../doctor/clock.ts";
import { checkDataFolder, checkDiskSpace } from "../doctor/disk.ts";
import type { Finding } from "../doctor/finding.ts";
import { checkPort } from "../doctor/ports.ts";
import { checkNode, checkProgram } from "../doctor/programs.ts";
import { askServer } from "../doctor/server.ts";
import { CommandError, type Io } from "../io.ts";

/** `doctor`: what would keep the server from working, and what to do about it. */
export function addDoctor(program: Command, io: Io): void {
  program
    .command("doctor")
    .description("Check programs, ports, disk, clock and the running server")
    .addHelpText("after", examples)
    .action(async (_options: unknown, command: Command) => {
      const { options, show } = contextOf(command, io);
      const url = serverUrl(options, io);
      const folder = dataFolder(options, io);
      const server = await askServer(url);
      const findings: Finding[] = [
        checkNode(process.versions.node),
        await checkProgram("ffmpeg"),
        await checkProgram("ffprobe"),
        await checkDataFolder(folder),
        await checkDiskSpace(folder),
        await checkPort("HTTP", "OXBOW_HTTP_PORT", io.env, 8080, server.up),
        await checkPort("RTMP", "OXBOW_RTMP_PORT", io.env, 1935, server.up),
        checkClock(io.now(), server.date),
        server.finding,
      ];
      show(findings, () => {
        for (const { what, state, text } of findings) {
          io.out.write(`${marks[state]} ${what}: ${text}\n`);
        }
      });
      const bad = findings.filter(({ state }) => state === "bad");
      if (bad.length > 0) {
        throw new CommandError(`To be put right: ${bad.map(({ what }) => what).join(", ")}`);
      }
    });
}

const marks: Readonly<Record<Finding["state"], string>> = {
  good: "ok  ",
  note: "note",
  bad: "BAD ",
};

const examples = `
Examples:
  $ oxbow doctor
  $ OXBOW_DATA=/var/lib/oxbow oxbow doctor --json`;
