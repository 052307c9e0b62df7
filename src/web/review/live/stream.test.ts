import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStream, type StreamState } from './stream.ts';

/** The browser's EventSource, driven by the test. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.opened.push(this);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  send(version: number): void {
    const event = new Event('changes');
    Object.assign(event, { data: JSON.stringify({ release: { version } }), lastEventId: String(version) });
    this.dispatchEvent(event);
  }

  /** The connection breaks; the browser tries again by itself. */
  fail(): void {
    this.onerror?.();
  }

  /** The server answers with an error; the browser does not try again. */
  refuse(): void {
    this.readyState = FakeSource.CLOSED;
    this.onerror?.();
  }
}

const addresses = { changes: '/changes?r=1', runs: '/runs?r=1' };
const settings = { maxFailures: 3, pollMs: 5_000, streamRetryMs: 10_000 };

let versions: number[];
let states: StreamState[];
let serverVersion: number;
let asked: string[];
let isServerGone: boolean;
let status: number;

beforeEach(() => {
  vi.useFakeTimers();
  [versions, states, asked, serverVersion, isServerGone, status] = [[], [], [], 7, false, 200];
  FakeSource.opened = [];
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    if (isServerGone) throw new TypeError('network');
    return new Response(JSON.stringify({ release: { version: serverVersion } }), { status });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(since: number) {
  return openStream(
    addresses,
    since,
    { onChanges: (_text, version) => versions.push(version), onState: (state) => states.push(state) },
    settings,
  );
}

describe('the change stream of a release', () => {
  it('begins after what is known and never tells the same change twice', () => {
    const stream = open(3);
    const source = FakeSource.opened[0]!;
    expect(source.url).toBe('/changes?r=1&since_version=3');
    source.onopen?.();
    for (const version of [4, 4, 3, 6]) source.send(version);
    expect(versions).toEqual([4, 6]);
    expect(stream.version).toBe(6);
    expect(states).toEqual(['live']);
  });

  it('polls after three failures, goes on where it was, and tries the stream again', async () => {
    open(3);
    for (let failure = 0; failure < 3; failure++) FakeSource.opened[0]!.fail();
    expect(FakeSource.opened[0]!.readyState).toBe(FakeSource.CLOSED);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual(['/runs?r=1&since_version=3']);
    expect([versions, states]).toEqual([[7], ['polling']]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked[1]).toBe('/runs?r=1&since_version=7');
    expect(versions).toEqual([7]);
    expect(FakeSource.opened[1]!.url).toBe('/changes?r=1&since_version=7');
    FakeSource.opened[1]!.onopen?.();
    expect(states.at(-1)).toBe('live');
  });

  it('says that the server is gone, and keeps asking', async () => {
    open(3);
    isServerGone = true;
    for (let failure = 0; failure < 3; failure++) FakeSource.opened[0]!.fail();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(new Set(states)).toEqual(new Set(['lost']));
    expect(FakeSource.opened).toHaveLength(1);
    isServerGone = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(versions).toEqual([7]);
    expect(FakeSource.opened).toHaveLength(2);
  });

  it.each([403, 404])('ends when the server refuses the release with status %i', async (refused) => {
    open(3);
    FakeSource.opened[0]!.fail();
    status = refused;
    FakeSource.opened[0]!.refuse();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual(['refused']);
    expect(asked).toHaveLength(1);
    expect(FakeSource.opened).toHaveLength(1);
  });

  it('tries again when only the stream is refused', async () => {
    open(3);
    FakeSource.opened[0]!.refuse();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([versions, states]).toEqual([[7], ['polling']]);
    expect(FakeSource.opened).toHaveLength(2);
  });

  it('does nothing more once it is closed', async () => {
    const stream = open(3);
    for (let failure = 0; failure < 3; failure++) FakeSource.opened[0]!.fail();
    stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    expect(FakeSource.opened).toHaveLength(1);
  });
});
