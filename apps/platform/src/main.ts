import { runService } from "@oxbow/service";
import { startPlatform } from "./server.ts";
import { readSettings } from "./settings.ts";
import { createWorld } from "./world.ts";

await runService({
  settings: () => readSettings(process.env, process.cwd()),
  world: createWorld,
  async start(settings, world) {
    const platform = await startPlatform(settings, world);
    world.log.info({ role: "platform", http: platform.http }, "ready");
    return platform;
  },
});
