import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { BadSettings } from "@oxbow/settings";
import { startServer } from "./server.ts";
import { readSettings, type Settings } from "./settings.ts";
import { createWorld } from "./world.ts";

// Media is memory outside of the heap, and much of it passes through. By itself V8 collects the whole
// heap each time that some tens of megabytes have passed; this lets it weigh them against what is held.
setFlagsFromString("--external-memory-accounted-in-global-limit");

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
  const server = await startServer(settings, world);
  const { http, https, rtmp } = server;
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping; once more to stop at once");
    server[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, "did not stop well");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  log.info({ role: "server", http, https, rtmp }, "ready");
  // `npm start` waits for this, and tells the platform.
  process.send?.({ http });
  process.channel?.unref();
  log.info(
    { publish: rtmp, watch: `${http}/embed/NAME`, apiKey: join(settings.data, "api-key") },
    "make a place to publish to: npm run oxbow -- streams create NAME",
  );
} catch (error) {
  log.fatal({ err: error }, "cannot start");
  process.exit(1);
}
