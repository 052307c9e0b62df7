import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type CollectGarbage = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Frees memory that loading a program took and running it does not need: V8 lets the space of young objects grow to
 * 32 MiB while modules are compiled, and keeps it until memory is short. Blocks for some 50 ms; call it once, when
 * everything is loaded.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as CollectGarbage;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
