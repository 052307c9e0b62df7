import type { StreamAddresses, StreamState } from './stream.ts';

/** Messages between pages and the shared worker. The page chooses `watch`, unique in its port. */
export type ToWorker =
  | { kind: 'watch'; watch: number; addresses: StreamAddresses; since: number }
  | { kind: 'unwatch'; watch: number }
  /** Sent every {@link aliveMs}, because a crashed page cannot sign off. */
  | { kind: 'alive' };

export type FromWorker =
  | { kind: 'changes'; watch: number; text: string; version: number }
  | { kind: 'state'; watch: number; state: StreamState };

export const aliveMs = 20_000;
export const goneMs = 90_000;
