import { capitalized } from '../../base/capitalized.ts';
import { createEgressPolicy, denialWords, type EgressRules } from '../../domain/network/egress-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import { EgressBlocked, EgressUnreachable, type Endpoint } from './checked-connection.ts';
import { checkedRequest, type CheckedRequest } from './checked-request.ts';
import { systemResolve, type Resolve } from './resolve.ts';

/** What every adapter that calls other programs is given. */
export interface CallOptions {
  /** Where the operator lets the server go. */
  rules: EgressRules;
  /** Never reachable: the server's own endpoints. */
  never?: readonly Endpoint[];
  clock: Clock;
  /** Sent as the name of the program. */
  version: string;
  resolve?: Resolve;
  /** For a whole call; default 15,000. */
  timeoutMs?: number;
}

export interface CallAnswer {
  status: number;
  /** Lower-case names. */
  header: (name: string) => string | null;
  /** At most as many bytes as asked for. */
  text: string;
}

export interface CheckedCalls {
  /**
   * Why the rules forbid an address; null: they do not. Without encryption, only hosts that they name are allowed.
   *
   * @param allowedWith the option by which the operator allows a host
   * @param notEncrypted says that the address must begin with https, and why
   */
  denialOf(address: string, words: { allowedWith: string; notEncrypted: string }): string | null;
  /**
   * @returns the answer, whatever its status
   * @throws EgressBlocked | EgressUnreachable | Error
   */
  send(
    request: CheckedRequest,
    limits: {
      /** Default 65,536. */
      maxAnswerBytes?: number;
      /** Within the same origin; 0: a redirect is an answer. */
      maxRedirects: number;
    },
  ): Promise<CallAnswer>;
  /** What {@link send} threw, as a sentence about who was called. */
  problemOf(error: unknown, callee: string): string;
}

/** Calls of the server itself, through the operator's rules for the network and within limits. */
export function createCheckedCalls(
  options: Omit<CallOptions, 'clock' | 'version'> & {
    /** Null: no name is sent. */
    version: string | null;
    /** Default 10,000. */
    connectTimeoutMs?: number;
  },
): CheckedCalls {
  const { rules, never = [], version, resolve = systemResolve } = options;
  const { timeoutMs = 15_000, connectTimeoutMs = 10_000 } = options;
  const policy = createEgressPolicy(rules);
  return {
    denialOf(address, { allowedWith, notEncrypted }) {
      const url = new URL(address);
      const denial = policy.checkUrl(url);
      if (denial !== null) {
        return `This server may not access ${url.hostname}: it is ${denialWords[denial]}. Its operator can allow it with ${allowedWith}.`;
      }
      const isAllowed = rules.allowPrivate || (rules.allow ?? []).includes(url.hostname);
      if (url.protocol === 'https:' || isAllowed) return null;
      return `${notEncrypted}; the operator can allow a host of its network with ${allowedWith}.`;
    },
    async send(request, { maxAnswerBytes = 65_536, maxRedirects }) {
      const { status, headers, text } = await checkedRequest(
        {
          policy: async () => policy,
          resolve,
          never,
          connectTimeoutMs,
          timeoutMs,
          maxAnswerBytes,
          maxRedirects,
        },
        {
          ...request,
          headers: {
            ...request.headers,
            ...(version !== null && { 'user-agent': `dpxdt/${version}` }),
            ...(request.body !== null && { 'content-type': 'application/json' }),
          },
        },
      );
      return { status, text, header: (name) => [headers[name]].flat()[0] ?? null };
    },
    problemOf(error, callee) {
      if (error instanceof EgressBlocked || error instanceof EgressUnreachable) return error.message;
      const { name, code } = error as { name?: string; code?: unknown };
      if (name === 'TimeoutError' || name === 'AbortError') {
        return `${capitalized(callee)} did not answer within ${timeoutMs / 1_000} s.`;
      }
      if (typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
        return `The certificate of ${callee} is not trusted (${code}). Set NODE_EXTRA_CA_CERTS where the server runs to trust its authority.`;
      }
      return `${capitalized(callee)} broke the connection off.`;
    },
  };
}

/** When the other side wants to be called again. */
export function retryTimeOf({ header }: Pick<CallAnswer, 'header'>, now: number): number | null {
  const after = header('retry-after');
  if (after !== null) {
    if (/^\d{1,9}$/.test(after)) return now + Number(after) * 1_000;
    const date = Date.parse(after);
    return Number.isNaN(date) ? null : date;
  }
  const reset = header('x-ratelimit-reset') ?? header('ratelimit-reset');
  const isLimited = (header('x-ratelimit-remaining') ?? header('ratelimit-remaining')) === '0';
  return isLimited && reset !== null && /^\d{9,11}$/.test(reset) ? Number(reset) * 1_000 : null;
}
