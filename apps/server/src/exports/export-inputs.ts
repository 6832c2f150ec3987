import { copyFile, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "@oxbow/contract";

/** A file that came with a request. */
export type ExportInput = { readonly file: string; readonly bytes: Uint8Array };

const ENDING = ".request";

/**
 * The texts and images of export requests: files beside what is being made, one folder for each job. A
 * job's row is read and written at every step of it, and would carry some megabytes each time. They are
 * kept after a failure, for the job may be tried again.
 */
export class ExportInputs {
  readonly #folder: string;

  /** @param root where assets are kept */
  constructor(root: string) {
    this.#folder = join(root, ".partial");
  }

  /** Keeps them durably. */
  async keep(job: string, inputs: readonly ExportInput[]): Promise<void> {
    if (inputs.length === 0) return;
    const folder = this.#of(job);
    await mkdir(folder, { recursive: true });
    for (const { file, bytes } of inputs) {
      await using handle = await open(join(folder, file), "w", 0o600);
      await handle.writeFile(bytes);
      await handle.sync();
    }
  }

  /** For a job that repeats another. Fault `invalid_request` where they are gone. */
  async repeat(from: string, to: string, files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    await mkdir(this.#of(to), { recursive: true });
    for (const file of files) {
      await copyFile(join(this.#of(from), file), join(this.#of(to), file)).catch(
        (cause: unknown) => {
          throw gone(from, cause);
        },
      );
    }
  }

  /** Absolute. */
  path(job: string, file: string): string {
    return join(this.#of(job), file);
  }

  /** Fault `invalid_request` where it is gone. */
  read(job: string, file: string): Promise<Buffer> {
    return readFile(this.path(job, file)).catch((cause: unknown) => {
      throw gone(job, cause);
    });
  }

  async drop(job: string): Promise<void> {
    await rm(this.#of(job), { recursive: true, force: true });
  }

  /** The jobs that something is kept of. */
  async jobs(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .filter((name) => name.endsWith(ENDING))
      .map((name) => name.slice(0, -ENDING.length));
  }

  #of(job: string): string {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(job)) throw new RangeError(`"${job}" is no file name`);
    return join(this.#folder, `${job}${ENDING}`);
  }
}

function gone(job: string, cause: unknown): Fault {
  const message = `The texts and images of "${job}" are kept no more: ask for a new export`;
  return new Fault("invalid_request", message, { cause });
}
