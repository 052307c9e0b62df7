import type { Credentials } from '../../../client/transport.ts';

let csrfToken: Promise<string | null> | undefined;

/**
 * The session's cookie, which the browser sends; what changes something carries the session's token, too. A token that is
 * old, as after signing in in another tab, is replaced once.
 */
export function sessionCredentials(
  readToken: () => Promise<string | null>,
  more: () => Record<string, string> = () => ({}),
): Credentials {
  const fromPage = { 'x-requested-with': 'XMLHttpRequest' };
  return {
    async headers(method) {
      if (method === 'GET') return fromPage;
      const reading = (csrfToken ??= readToken());
      try {
        const token = await reading;
        const headers = { ...fromPage, ...more() };
        return token === null ? headers : { ...headers, 'x-csrf-token': token };
      } catch (error) {
        if (csrfToken === reading) forgetToken();
        throw error;
      }
    },
    renew({ code }) {
      if (code !== 'csrf_failed') return false;
      forgetToken();
      return true;
    },
  };
}

/** Signing in or out changes the token. */
export function forgetToken(): void {
  csrfToken = undefined;
}
