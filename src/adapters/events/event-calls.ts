import { createHmac } from 'node:crypto';
import { createEgressPolicy, denialWords, type EgressRules } from '../../domain/network/egress-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import { EventUndelivered, type EventCalls, type EventRequest } from '../../ports/event-calls.ts';
import { EgressBlocked, EgressUnreachable, type Endpoint } from '../egress/checked-connection.ts';
import { checkedRequest } from '../egress/checked-request.ts';
import { systemResolve, type Resolve } from '../egress/resolve.ts';
import { retryTimeOf } from '../forges/refusal.ts';

export interface EventCallOptions {
  /** Where the operator lets the server go. */
  rules: EgressRules;
  /** Never reachable: the server's own endpoints. */
  never?: readonly Endpoint[];
  clock: Clock;
  /** Sent as the name of the program. */
  version: string;
  resolve?: Resolve;
  /** Default 15,000. */
  timeoutMs?: number;
}

const maxAnswerBytes = 65_536;
const connectTimeoutMs = 10_000;

/** Sends events through the operator's rules for the network; follows no redirect. */
export function createEventCalls(options: EventCallOptions): EventCalls {
  const { rules, never = [], clock, version, resolve = systemResolve, timeoutMs = 15_000 } = options;
  const policy = createEgressPolicy(rules);
  return {
    checkAddress(address) {
      const url = new URL(address);
      const denial = policy.checkUrl(url);
      if (denial !== null) {
        return `This server may not access ${url.hostname}: it is ${denialWords[denial]}. Its operator can allow it with --event-allow.`;
      }
      const isAllowed = rules.allowPrivate || (rules.allow ?? []).includes(url.hostname);
      if (url.protocol === 'https:' || isAllowed) return null;
      return 'address must begin with https, so that no one reads or changes events on their way; the operator can allow a host of its network with --event-allow.';
    },
    async send(address, request) {
      try {
        const { status, headers } = await checkedRequest(
          {
            policy: async () => policy,
            resolve,
            never,
            connectTimeoutMs,
            timeoutMs,
            maxAnswerBytes,
            maxRedirects: 0,
          },
          {
            method: 'POST',
            url: address,
            headers: {
              'content-type': 'application/json',
              'user-agent': `dpxdt/${version}`,
              ...signed(request),
            },
            body: request.body,
          },
        );
        const header = (name: string) => [headers[name]].flat()[0] ?? null;
        return { status, retryAt: retryTimeOf({ status, body: null, header }, clock.now()) };
      } catch (error) {
        throw new EventUndelivered(problemOf(error, timeoutMs));
      }
    },
  };
}

/** The headers of Standard Webhooks 1.0; a signature for each secret. */
function signed({ id, at, body, secrets }: EventRequest): Record<string, string> {
  if (secrets.length === 0) return {};
  const seconds = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures.join(' ') };
}

function problemOf(error: unknown, timeoutMs: number): string {
  if (error instanceof EgressBlocked || error instanceof EgressUnreachable) return error.message;
  const { name, code } = error as { name?: string; code?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') {
    return `The endpoint did not answer within ${timeoutMs / 1_000} s.`;
  }
  if (typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return `The certificate of the endpoint is not trusted (${code}). Set NODE_EXTRA_CA_CERTS where the server runs to trust its authority.`;
  }
  return 'The endpoint broke the connection off.';
}
