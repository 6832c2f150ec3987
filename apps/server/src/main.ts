import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runService } from "@oxbow/service";
import { startServer } from "./server.ts";
import { readSettings } from "./settings.ts";
import { createWorld } from "./world.ts";

// Media is memory outside of the heap, and much of it passes through. By itself V8 collects the whole
// heap each time that some tens of megabytes have passed; this lets it weigh them against what is held.
setFlagsFromString("--external-memory-accounted-in-global-limit");

await runService({
  settings: () => readSettings(process.env, process.cwd()),
  world: createWorld,
  async start(settings, world) {
    const server = await startServer(settings, world);
    const { http, https, rtmp } = server;
    world.log.info({ role: "server", http, https, rtmp }, "ready");
    // `npm start` waits for this, and tells the platform.
    process.send?.({ http });
    process.channel?.unref();
    world.log.info(
      { publish: rtmp, watch: `${http}/embed/NAME`, apiKey: join(settings.data, "api-key") },
      "make a place to publish to: npm run oxbow -- streams create NAME",
    );
    return server;
  },
});
