import { BadSettings } from "@oxbow/settings";
import type { Logger } from "pino";

/** What a process manager is told when the settings are wrong (sysexits: EX_CONFIG). */
const BAD_SETTINGS = 78;

/** A program that runs until it is told to stop. */
export type Service<Settings, World extends { readonly log: Logger }> = {
  /** Throws `BadSettings` where they are wrong. */
  readonly settings: () => Settings;
  readonly world: (settings: Settings) => World;
  /** What it answers ends what was started. */
  readonly start: (settings: Settings, world: World) => Promise<AsyncDisposable>;
};

/**
 * Runs a service as this process. Wrong settings are told in plain words (exit code 78); SIGTERM and SIGINT
 * let it end what it does (0), a second one ends it at once (1), as does what nobody has caught (1).
 */
export async function runService<Settings, World extends { readonly log: Logger }>(
  service: Service<Settings, World>,
): Promise<void> {
  const settings = settingsOf(service);
  const world = service.world(settings);
  const { log } = world;
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception");
    process.exit(1);
  });
  // Not before signals are listened to.
  const started = Promise.resolve().then(() => service.start(settings, world));
  stopOnSignals(started, log);
  try {
    await started;
  } catch (error) {
    log.fatal({ err: error }, "cannot start");
    process.exit(1);
  }
}

function settingsOf<Settings>(service: { readonly settings: () => Settings }): Settings {
  try {
    return service.settings();
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(BAD_SETTINGS);
  }
}

/** Also who is told to stop while it starts ends what it has begun. */
function stopOnSignals(started: Promise<AsyncDisposable>, log: Logger): void {
  let stopping = false;
  const end = async (): Promise<void> => {
    const running = await started;
    try {
      await running[Symbol.asyncDispose]();
    } catch (error) {
      log.fatal({ err: error }, "did not stop well");
      process.exit(1);
    }
    process.exit(0);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping; once more to stop at once");
    void end();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
