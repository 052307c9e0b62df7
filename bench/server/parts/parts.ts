import { downloads, uploads } from './artifacts.ts';
import { reads, writes } from './calls.ts';
import type { Part } from './part.ts';
import { leases, waiting } from './queue.ts';

/** In the order in which they run. */
export const parts: readonly Part[] = [reads, writes, leases, waiting, uploads, downloads];
