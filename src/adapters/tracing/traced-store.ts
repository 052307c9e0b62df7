import type { Store } from '../../ports/store.ts';
import type { Tracer } from '../../ports/tracer.ts';

/** A span for each transaction and read of work that is traced; the upkeep of a server is not. */
export function tracedStore<S extends Store>(store: S, tracer: Tracer, system: 'sqlite' | 'postgresql'): S {
  if (!tracer.isOn) return store;
  const attributes = { 'db.system.name': system };
  return {
    ...store,
    transaction: (work) =>
      tracer.current() === null
        ? store.transaction(work)
        : tracer.span({ name: 'store transaction', kind: 'client', attributes }, () =>
            store.transaction(work),
          ),
    read: (work) =>
      tracer.current() === null
        ? store.read(work)
        : tracer.span({ name: 'store read', kind: 'client', attributes }, () => store.read(work)),
  };
}
