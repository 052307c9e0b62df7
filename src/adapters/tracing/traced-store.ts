import type { Store } from '../../ports/store.ts';
import type { Tracer } from '../../ports/tracer.ts';

/** A span for each transaction and read of work that is traced; the upkeep of a server is not. */
export function tracedStore<S extends Store>(store: S, tracer: Tracer, system: 'sqlite' | 'postgresql'): S {
  if (!tracer.isOn) return store;
  const attributes = { 'db.system.name': system };
  const traced = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    tracer.current() === null ? work() : tracer.span({ name, kind: 'client', attributes }, work);
  return {
    ...store,
    transaction: (work) => traced('store transaction', () => store.transaction(work)),
    read: (work) => traced('store read', () => store.read(work)),
    readLatest: (work) => traced('store read', () => store.readLatest(work)),
  };
}
