import type { StreamAddresses, StreamState } from './stream.ts';

/** What pages and the shared worker tell each other. `watch` is chosen by the page, unique in its port. */
export type ToWorker =
  | { kind: 'watch'; watch: number; addresses: StreamAddresses; since: number }
  | { kind: 'unwatch'; watch: number }
  /** Said every {@link aliveMs}; a page that crashed cannot say goodbye. */
  | { kind: 'alive' };

export type FromWorker =
  | { kind: 'changes'; watch: number; text: string; version: number }
  | { kind: 'state'; watch: number; state: StreamState };

export const aliveMs = 20_000;
export const goneMs = 90_000;
