import type { PageClock } from './page-clock.ts';

/**
 * Reads the answers that a page, frame or worker asked for with `fetch` and does not read, as for a beacon: Chromium tells
 * of the end of a request only when the answer has been read. Sent as text, after the page clock.
 */
export function installUnreadAnswers(): void {
  /** A page that reads an answer begins with it sooner. */
  const patienceMs = 50;
  const scope = globalThis as unknown as {
    __dpxdtClock: PageClock;
    __dpxdtReads?: true;
    fetch?: (...args: unknown[]) => Promise<Response>;
  };
  const realFetch = scope.fetch;
  if (realFetch === undefined || scope.__dpxdtReads) return;
  Object.defineProperty(scope, '__dpxdtReads', { value: true });
  const { sleep, keepChain } = scope.__dpxdtClock;
  const ofResponse = () => {
    const { prototype } = Response;
    /* eslint-disable @typescript-eslint/unbound-method -- called with the right `this` below */
    const { clone, arrayBuffer } = prototype;
    const isUsed = Object.getOwnPropertyDescriptor(prototype, 'bodyUsed')!.get!;
    /* eslint-enable @typescript-eslint/unbound-method */
    return { clone, arrayBuffer, isUsed };
  };
  /** From the first answer on: a page that fetches nothing need not wait until the browser has made the interface. */
  let methods: ReturnType<typeof ofResponse> | undefined;
  const read = async (answering: Promise<Response>): Promise<void> => {
    methods ??= ofResponse();
    const { clone, arrayBuffer, isUsed } = methods;
    const answer = await answering;
    await sleep(patienceMs);
    // A stream has no end to wait for.
    if (isUsed.call(answer) || answer.headers.get('content-type')?.startsWith('text/event-stream')) return;
    await arrayBuffer.call(clone.call(answer));
  };
  scope.fetch = function fetch(this: unknown, ...args: unknown[]): Promise<Response> {
    const keep = keepChain();
    const answering = realFetch.apply(this ?? scope, args);
    if (keep !== null) answering.then(keep, keep);
    // The page hears of what fails.
    read(answering).catch(() => undefined);
    return answering;
  };
}
