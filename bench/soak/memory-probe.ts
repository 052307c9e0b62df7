/** Loaded into the server that is measured: writes where its memory is, a line of JSON every few seconds. */
import { appendFileSync } from 'node:fs';
import { getHeapSpaceStatistics } from 'node:v8';

/** In bytes. What is in none of the three is the program itself, SQLite, buffers and the allocator's rest. */
export interface MemoryParts {
  rss: number;
  /** Of the heap: space for young objects, which V8 makes larger and smaller as it likes. */
  young: number;
  /** Of the heap: all else. */
  old: number;
}

const file = process.env.SOAK_MEMORY_FILE;
if (file !== undefined) {
  setInterval(() => {
    let young = 0;
    let old = 0;
    for (const { space_name, physical_space_size } of getHeapSpaceStatistics()) {
      if (space_name.startsWith('new_')) young += physical_space_size;
      else old += physical_space_size;
    }
    const parts: MemoryParts = { rss: process.memoryUsage.rss(), young, old };
    appendFileSync(file, `${JSON.stringify(parts)}\n`);
  }, 5_000).unref();
}
