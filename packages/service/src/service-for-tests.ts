import { BadSettings } from "@oxbow/settings";
import { createLog } from "./create-log.ts";
import { runService } from "./run-service.ts";

// A service that does what its argument says, for the tests of how it ends.
const [how = ""] = process.argv.slice(2);

await runService({
  settings: () => {
    if (how === "bad settings") throw new BadSettings("PORT is no number");
    return {};
  },
  world: () => ({ log: createLog("info") }),
  async start(_settings, { log }) {
    if (how === "no start") throw new Error("the port is taken");
    const alive = setInterval(() => undefined, 60_000);
    if (how === "slow start") {
      log.info("starting");
      await new Promise((started) => void setTimeout(started, 50));
    }
    log.info("ready");
    return {
      async [Symbol.asyncDispose]() {
        if (how === "no end") throw new Error("the disk is gone");
        if (how === "hangs") await new Promise(() => undefined);
        clearInterval(alive);
        log.info("ended");
      },
    };
  },
});
