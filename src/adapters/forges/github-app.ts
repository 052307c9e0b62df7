import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import { ForgeProblem } from '../../ports/forges.ts';
import type { ForgeAccess } from '../../ports/forges.ts';
import { field, idOf, type Answer, type ForgeCall } from './dialect.ts';
import { repositoryPath } from './like-github.ts';

/** GitHub refuses more than 10 minutes; its clock may be behind. */
const jwtSeconds = { before: 60, after: 540 };
/** A token is used until shortly before it ends. */
const spareMs = 120_000;
const maxKept = 1_000;

type CallAsApp = (jwt: string, call: ForgeCall) => Promise<Answer>;

export interface AppTokens {
  /** @throws ForgeProblem */
  of(access: ForgeAccess, call: CallAsApp): Promise<string>;
  forget(access: ForgeAccess): void;
}

/**
 * Tokens of a GitHub App for one repository, each for an hour.
 * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
 */
export function appTokens(clock: Clock): AppTokens {
  const kept = new Map<string, { token: string; endsAt: number }>();
  return {
    async of(access, call) {
      const key = accessKey(access);
      const known = kept.get(key);
      if (known !== undefined && known.endsAt > clock.now() + spareMs) return known.token;
      const jwt = appJwt(access, clock.now());
      const found = await call(jwt, { method: 'GET', path: `${repositoryPath(access)}/installation` });
      const installation = idOf(field(found.body, 'id'));
      if (installation === null)
        throw new ForgeProblem('refused', 'GitHub did not say where the App is installed.');
      const { body } = await call(jwt, {
        method: 'POST',
        path: `/app/installations/${encodeURIComponent(installation)}/access_tokens`,
        body: { repositories: [access.repository.split('/').at(-1)] },
      });
      const [token, ends] = [field(body, 'token'), field(body, 'expires_at')];
      if (typeof token !== 'string') throw new ForgeProblem('later', 'GitHub gave the App no token.');
      const endsAt = typeof ends === 'string' ? Date.parse(ends) : Number.NaN;
      if (kept.size >= maxKept) kept.delete(kept.keys().next().value!);
      kept.set(key, { token, endsAt: Number.isNaN(endsAt) ? 0 : endsAt });
      return token;
    },
    forget: (access) => void kept.delete(accessKey(access)),
  };
}

/** Identifies what a token is for. */
function accessKey(access: ForgeAccess): string {
  return createHash('sha256').update(JSON.stringify(access)).digest('hex');
}

/** RFC 7519 with RS256 (RFC 7518). */
function appJwt({ appId, token }: ForgeAccess, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const claims = { iat: seconds - jwtSeconds.before, exp: seconds + jwtSeconds.after, iss: appId };
  const encoded = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const content = encoded.join('.');
  try {
    const signature = sign('RSA-SHA256', Buffer.from(content), createPrivateKey(token));
    return `${content}.${signature.toString('base64url')}`;
  } catch {
    throw new ForgeProblem(
      'token',
      "The App's private key is not a key in PEM format: paste the whole file that GitHub gave you.",
    );
  }
}
