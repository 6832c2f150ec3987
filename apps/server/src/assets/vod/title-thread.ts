import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { loadTitle } from "./load-title.ts";
import type { Title } from "./title.ts";
import type { Loaded } from "./title-loader.ts";

// Reads one title, and hands its tables over without a copy.

const files = z.array(z.object({ rendition: z.string(), path: z.string() }));

async function load(): Promise<void> {
  try {
    const title = await loadTitle(files.parse(workerData));
    answer({ ok: true, title }, buffersOf(title));
  } catch (error) {
    answer({ ok: false, why: error instanceof Error ? error.message : String(error) }, []);
  }
}

function answer(loaded: Loaded, buffers: ArrayBuffer[]): void {
  parentPort?.postMessage(loaded, buffers);
}

/** Every buffer of its tables, each once. */
function buffersOf({ tracks }: Title): ArrayBuffer[] {
  const columns = tracks.flatMap(({ samples: { table } }) => [
    table.sizes,
    table.offsets,
    table.dts,
    table.ctos,
    table.descriptions,
    table.syncs,
  ]);
  const buffers = new Set<ArrayBuffer>();
  for (const column of columns) {
    if (typeof column === "object" && column.buffer instanceof ArrayBuffer) {
      buffers.add(column.buffer);
    }
  }
  return [...buffers];
}

await load();
