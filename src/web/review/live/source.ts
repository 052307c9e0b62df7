import { aliveMs, type FromWorker, type ToWorker } from './messages.ts';
import { openStream, type StreamAddresses, type StreamListener } from './stream.ts';

/** Opens the stream of a release, in the shared worker if available. @returns a function that closes it */
export function openSource(addresses: StreamAddresses, since: number, listener: StreamListener): () => void {
  const shared = sharedWorker();
  if (shared === null) {
    const stream = openStream(addresses, since, listener);
    return () => stream.close();
  }
  const watch = ++lastWatch;
  let known = since;
  listeners.set(watch, {
    ...listener,
    onChanges: (text, version) => {
      if (version <= known) return;
      known = version;
      listener.onChanges(text, version);
    },
  });
  tell(shared, { kind: 'watch', watch, addresses, since });
  return () => {
    listeners.delete(watch);
    tell(shared, { kind: 'unwatch', watch });
  };
}

/** Whether several tabs share one connection. */
export function sharesConnection(): boolean {
  return typeof SharedWorker !== 'undefined';
}

let lastWatch = 0;
let worker: SharedWorker | null = null;
const listeners = new Map<number, StreamListener>();

function sharedWorker(): SharedWorker | null {
  if (worker !== null || !sharesConnection()) return worker;
  worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'dpxdt' });
  worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    const listener = listeners.get(data.watch);
    if (data.kind === 'changes') listener?.onChanges(data.text, data.version);
    else listener?.onState(data.state);
  };
  const { port } = worker;
  setInterval(() => port.postMessage({ kind: 'alive' } satisfies ToWorker), aliveMs);
  return worker;
}

function tell({ port }: SharedWorker, message: ToWorker): void {
  port.postMessage(message);
}
