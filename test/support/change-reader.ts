/** Reads the event stream of a release, for tests and benchmarks. */

export interface ChangeReader {
  /** Resolves with the time (`performance.now()`) when this version, or a later one, arrived. */
  received(version: number): Promise<number>;
  stop(): Promise<void>;
}

/** Opens the stream of attempt 1 of a release. @throws Error unless it is answered 200 */
export async function readChanges(
  serverUrl: string,
  { buildId, releaseName }: { buildId: number; releaseName: string },
  headers: Record<string, string> = {},
): Promise<ChangeReader> {
  const stopping = new AbortController();
  const query = new URLSearchParams({ release_name: releaseName, release_number: '1' });
  const answer = await fetch(`${serverUrl}/api/v1/builds/${buildId}/changes?${query.toString()}`, {
    headers,
    signal: stopping.signal,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  let newest = { version: -1, at: 0 };
  let changed = Promise.withResolvers<void>();
  const reading = (async () => {
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const versions = [...text.matchAll(/^id: (\d+)\n/gm)].map(([, version]) => Number(version));
      if (versions.length === 0) continue;
      text = text.slice(text.lastIndexOf('id: ') + 4);
      newest = { version: versions.at(-1)!, at: performance.now() };
      changed.resolve();
      changed = Promise.withResolvers();
    }
  })().catch(() => undefined);
  return {
    async received(version) {
      while (newest.version < version) await changed.promise;
      return newest.at;
    },
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}
