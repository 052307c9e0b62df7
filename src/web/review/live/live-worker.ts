import { goneMs, type FromWorker, type ToWorker } from './messages.ts';
import { openStream, type Stream, type StreamAddresses, type StreamState } from './stream.ts';

/**
 * One event stream per release for all tabs of a browser: over plain HTTP, a browser opens only six connections per
 * host, and a stream per tab would use them up.
 */

interface Reader {
  port: MessagePort;
  seenAt: number;
}

type Watches = Map<string, { reader: Reader; watch: number }>;

interface Shared {
  stream: Stream;
  state: StreamState;
  watches: Watches;
}

const readers = new Set<Reader>();
const streams = new Map<string, Shared>();

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]!;
  const reader: Reader = { port, seenAt: Date.now() };
  const id = `${Math.random()}`;
  readers.add(reader);
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    reader.seenAt = Date.now();
    readers.add(reader);
    if (data.kind === 'watch') watch(reader, `${id} ${data.watch}`, data);
    else if (data.kind === 'unwatch') unwatch(`${id} ${data.watch}`);
  };
});

setInterval(() => {
  const gone = [...readers].filter(({ seenAt }) => Date.now() - seenAt > goneMs);
  for (const reader of gone) {
    readers.delete(reader);
    for (const { watches } of streams.values()) {
      for (const [key, watch] of watches) if (watch.reader === reader) unwatch(key);
    }
  }
}, goneMs / 3);

function watch(
  reader: Reader,
  key: string,
  { watch, addresses, since }: { watch: number; addresses: StreamAddresses; since: number },
): void {
  const shared = streams.get(addresses.changes);
  if (shared !== undefined && shared.stream.version <= since) {
    shared.watches.set(key, { reader, watch });
    send(reader, { kind: 'state', watch, state: shared.state });
    return;
  }
  // A reader that is behind the stream: restart from its version; the others skip what they know.
  shared?.stream.close();
  const watches: Watches = shared?.watches ?? new Map<string, { reader: Reader; watch: number }>();
  watches.set(key, { reader, watch });
  const stream = openStream(addresses, since, {
    onChanges: (text, version) => {
      for (const { reader, watch } of watches.values())
        send(reader, { kind: 'changes', watch, text, version });
    },
    onState: (state) => {
      next.state = state;
      // Anyone who watches it later asks the server anew.
      if (state === 'refused') streams.delete(addresses.changes);
      for (const { reader, watch } of watches.values()) send(reader, { kind: 'state', watch, state });
    },
  });
  const next: Shared = { stream, state: 'live', watches };
  streams.set(addresses.changes, next);
}

function unwatch(key: string): void {
  for (const [address, { stream, watches }] of streams) {
    if (!watches.delete(key) || watches.size > 0) continue;
    stream.close();
    streams.delete(address);
  }
}

function send({ port }: Reader, message: FromWorker): void {
  port.postMessage(message);
}
