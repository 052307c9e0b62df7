import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { AppError } from '../../base/errors.ts';
import type { CiTokens } from '../../ports/ci-tokens.ts';
import { createCheckedCalls, type CallOptions } from '../egress/checked-calls.ts';
import { EgressBlocked, EgressUnreachable } from '../egress/checked-connection.ts';

const maxTokenLength = 16_384;
const maxAnswerBytes = 65_536;
const defaultTimeoutMs = 10_000;
const connectTimeoutMs = 5_000;
const keptMs = 600_000;
/** Between two readings of an issuer's keys, whatever tokens name. */
const leastPauseMs = 60_000;
const maxIssuers = 200;
/** Of clocks. */
const toleranceSeconds = 60;
const maxAgeSeconds = 600;
const algorithms = ['RS256', 'ES256'];

interface Known {
  /** Null: they could not be read. */
  keys: Promise<JSONWebKeySet | Error>;
  readAt: number;
}

/** Verifies tokens with the keys that their issuer publishes, read through the operator's rules for the network. */
export function createCiTokens(options: Omit<CallOptions, 'version'>): CiTokens {
  const { clock } = options;
  const calls = createCheckedCalls({
    ...options,
    version: null,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    connectTimeoutMs,
  });
  const known = new Map<string, Known>();

  async function readJson(url: string): Promise<unknown> {
    const { status, text } = await calls.send(
      { method: 'GET', url, headers: { accept: 'application/json' }, body: null },
      { maxAnswerBytes: maxAnswerBytes + 1, maxRedirects: 0 },
    );
    if (status >= 300 && status < 400) throw new Error('it redirects, which is not followed');
    if (status !== 200) throw new Error(`it answered with status ${status}`);
    if (Buffer.byteLength(text) > maxAnswerBytes) throw new Error('its answer is longer than 64 KiB');
    return JSON.parse(text) as unknown;
  }

  async function readKeys(issuer: string): Promise<JSONWebKeySet> {
    const described = await readJson(`${issuer}/.well-known/openid-configuration`);
    const { issuer: named, jwks_uri: place } = (described ?? {}) as Record<string, unknown>;
    if (named !== issuer) throw new Error('it names another issuer');
    const url = typeof place === 'string' ? URL.parse(place) : null;
    if (url?.origin !== new URL(issuer).origin) throw new Error('its keys are at another host');
    const { keys } = ((await readJson(url.href)) ?? {}) as { keys?: unknown };
    if (!Array.isArray(keys)) throw new Error('it publishes no keys');
    return { keys: keys as JSONWebKeySet['keys'] };
  }

  function keysOf(issuer: string, isMissing: boolean): Known {
    const before = known.get(issuer);
    const age = before === undefined ? Infinity : clock.monotonicMs() - before.readAt;
    if (before !== undefined && age < (isMissing ? leastPauseMs : keptMs)) return before;
    if (known.size >= maxIssuers) known.delete(known.keys().next().value!);
    const keys = readKeys(issuer).catch((error: unknown) => asError(error));
    const read = { keys, readAt: clock.monotonicMs() };
    known.delete(issuer);
    known.set(issuer, read);
    return read;
  }

  /** Those that were read last; where they could not be, they are read again after a pause. */
  async function usableKeys(issuer: string, isMissing: boolean): Promise<JSONWebKeySet> {
    let keys = await keysOf(issuer, isMissing).keys;
    if (keys instanceof Error && !isMissing) keys = await keysOf(issuer, true).keys;
    if (!(keys instanceof Error)) return keys;
    throw new AppError(
      'unavailable',
      `The keys of ${issuer} could not be read: ${keys.message.replace(/\.$/, '')}. Try again in a minute.`,
    );
  }

  return {
    issuerOf(token) {
      if (token.length > maxTokenLength) return null;
      try {
        return decodeJwt(token).iss ?? null;
      } catch {
        return null;
      }
    },
    async verify(token, { issuer, audience }) {
      const check = async (isMissing: boolean) =>
        jwtVerify(token, createLocalJWKSet(await usableKeys(issuer, isMissing)), {
          algorithms,
          issuer,
          audience,
          clockTolerance: toleranceSeconds,
          maxTokenAge: maxAgeSeconds,
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'iat', 'aud', 'iss'],
        });
      try {
        const { payload } = await check(false).catch((error: unknown) => {
          // The issuer may have changed its keys.
          if (error instanceof errors.JWKSNoMatchingKey) return check(true);
          throw error;
        });
        if (payload.aud !== audience && !(Array.isArray(payload.aud) && payload.aud.length === 1)) {
          throw refused(`it is for others too, not for ${audience} alone`);
        }
        const signed = token.slice(0, token.lastIndexOf('.'));
        const id =
          typeof payload.jti === 'string' && payload.jti !== '' ? `${issuer}\n${payload.jti}` : signed;
        const digest = createHash('sha256').update(id).digest('hex');
        return { claims: payload, digest, expiresAt: payload.exp! * 1_000 };
      } catch (error) {
        throw error instanceof AppError ? error : refused(reasonOf(error, audience));
      }
    },
  };
}

function refused(why: string): AppError {
  return new AppError('invalid_credentials', `The token of the CI job was refused: ${why}.`);
}

function reasonOf(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired) return 'it has expired, or is older than 10 minutes';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `it has no claim ${error.claim}`;
    if (error.claim === 'aud') return `its audience must be ${audience}`;
    if (error.claim === 'nbf' || error.claim === 'iat') return 'it is not valid yet';
    return `its claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it must be signed with RS256 or ES256';
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer does not publish the key that it names';
  return 'its signature is wrong';
}

function asError(error: unknown): Error {
  if (error instanceof EgressBlocked || error instanceof EgressUnreachable) return error;
  if (error instanceof SyntaxError) return new Error('its answer is no JSON');
  if (error instanceof Error && error.message.startsWith('it')) return error;
  return new Error('it did not answer');
}
