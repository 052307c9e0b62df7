import type { StorageState } from '../../../domain/capture/storage-state.ts';
import type { CdpSession } from '../cdp-connection.ts';
import { evaluate } from '../evaluate.ts';

/** The cookies of a capture's browser context, and the local storage of its page. */
export async function readStorageState(session: CdpSession): Promise<StorageState> {
  const { cookies } = await session.send('Network.getAllCookies');
  const origins = await evaluate<StorageState['origins']>(
    session,
    `(() => {
      try {
        const localStorage = Object.entries({ ...window.localStorage }).map(([name, value]) => ({ name, value }));
        return localStorage.length === 0 ? [] : [{ origin: location.origin, localStorage }];
      } catch { return []; }
    })()`,
  );
  return {
    cookies: cookies.map(({ name, value, domain, path, expires, httpOnly, secure, sameSite }) => ({
      name,
      value,
      domain,
      path,
      expires,
      httpOnly,
      secure,
      ...(sameSite !== undefined && { sameSite }),
    })),
    origins,
  };
}

/** Puts them into an empty page, before its first document. */
export async function applyStorageState(
  session: CdpSession,
  { cookies, origins }: StorageState,
): Promise<void> {
  const kept = cookies.map(({ expires = -1, ...cookie }) => (expires > 0 ? { ...cookie, expires } : cookie));
  if (kept.length > 0) await session.send('Network.setCookies', { cookies: kept });
  if (origins.length === 0) return;
  await session.send('Page.addScriptToEvaluateOnNewDocument', {
    source: `(() => {
      const stored = ${JSON.stringify(origins)}.find(({ origin }) => origin === location.origin);
      try {
        for (const { name, value } of stored?.localStorage ?? [])
          if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
      } catch {}
    })()`,
  });
}
