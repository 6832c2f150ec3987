import { BadSettings } from "@oxbow/settings";
import { startPlatform } from "./server.ts";
import { readSettings, type Settings } from "./settings.ts";
import { createWorld } from "./world.ts";

/** What a process manager is told when the settings are wrong (sysexits: EX_CONFIG). */
const BAD_SETTINGS = 78;

let settings: Settings;
try {
  settings = readSettings(process.env, process.cwd());
} catch (error) {
  if (!(error instanceof BadSettings)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(BAD_SETTINGS);
}

const world = createWorld(settings);
const { log } = world;
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "uncaught exception");
  process.exit(1);
});

try {
  const platform = await startPlatform(settings, world);
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping; once more to stop at once");
    platform[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, "did not stop well");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  log.info({ role: "platform", http: platform.http }, "ready");
} catch (error) {
  log.fatal({ err: error }, "cannot start");
  process.exit(1);
}
