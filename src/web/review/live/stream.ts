/** The change stream of one release: server-sent events, or polling where those are blocked. */

/** `refused`: the release is deleted, or the viewer may no longer see it; the stream has ended. */
export type StreamState = 'live' | 'polling' | 'lost' | 'refused';

export interface StreamListener {
  /** JSON text of a `ReleaseChanges` as the server sent it. */
  onChanges(text: string, version: number): void;
  onState(state: StreamState): void;
}

export interface StreamSettings {
  /** Number of consecutive connection failures before polling starts. */
  maxFailures: number;
  pollMs: number;
  /** How often the stream is retried while polling. */
  streamRetryMs: number;
}

const defaultStreamSettings: StreamSettings = { maxFailures: 3, pollMs: 5_000, streamRetryMs: 30_000 };

/** Address of the changes, without the version: `/api/v1/builds/1/changes?…` and the same with `runs`. */
export interface StreamAddresses {
  changes: string;
  runs: string;
}

export interface Stream {
  /** The last known version. */
  readonly version: number;
  close(): void;
}

/** @param since version known to the listener; the stream continues from there */
export function openStream(
  { changes, runs }: StreamAddresses,
  since: number,
  listener: StreamListener,
  settings: StreamSettings = defaultStreamSettings,
): Stream {
  let version = since;
  let failures = 0;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const take = (text: string, next: number) => {
    if (next <= version) return;
    version = next;
    listener.onChanges(text, next);
  };

  const listen = () => {
    source = new EventSource(`${changes}&since_version=${version}`);
    const opened = source;
    opened.onopen = () => {
      failures = 0;
      listener.onState('live');
    };
    opened.addEventListener('changes', (event) => {
      const { data, lastEventId } = event as MessageEvent<string>;
      take(data, Number(lastEventId));
    });
    opened.onerror = () => {
      if (isClosed) return;
      failures++;
      if (failures >= settings.maxFailures) {
        opened.close();
        poll(settings.streamRetryMs);
      } else if (opened.readyState === EventSource.CLOSED) void listenUnlessRefused();
    };
  };

  /** An event source does not say why the server refused it; a plain request does. */
  const listenUnlessRefused = async () => {
    const state = await pollOnce();
    if (isClosed) return;
    if (state !== 'lost') listener.onState(state);
    if (state !== 'refused') timer = setTimeout(listen, settings.pollMs);
  };

  const poll = (untilStreamMs: number) => {
    timer = setTimeout(() => {
      void pollOnce().then((state) => {
        if (isClosed) return;
        listener.onState(state);
        if (state === 'refused') return;
        const left = untilStreamMs - settings.pollMs;
        if (left > 0 || state === 'lost') return poll(Math.max(left, settings.pollMs));
        failures = settings.maxFailures - 1;
        listen();
      });
    }, settings.pollMs);
  };

  const pollOnce = async (): Promise<StreamState> => {
    try {
      const response = await fetch(`${runs}&since_version=${version}`, {
        cache: 'no-store',
        headers: { 'x-requested-with': 'XMLHttpRequest' },
      });
      if (response.status === 403 || response.status === 404) return 'refused';
      if (!response.ok) return 'lost';
      const text = await response.text();
      const next = (JSON.parse(text) as { release: { version: number } }).release.version;
      if (!isClosed) take(text, next);
      return 'polling';
    } catch {
      return 'lost';
    }
  };

  listen();
  return {
    get version() {
      return version;
    },
    close: () => {
      isClosed = true;
      source?.close();
      clearTimeout(timer);
    },
  };
}
