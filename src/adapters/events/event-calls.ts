import { createHmac } from 'node:crypto';
import { EventUndelivered, type EventCalls, type EventRequest } from '../../ports/event-calls.ts';
import { createCheckedCalls, retryTimeOf, type CallOptions } from '../egress/checked-calls.ts';

/** Sends events through the operator's rules for the network; follows no redirect. */
export function createEventCalls(options: CallOptions): EventCalls {
  const { clock } = options;
  const calls = createCheckedCalls(options);
  return {
    checkAddress: (address) =>
      calls.denialOf(address, {
        allowedWith: '--event-allow',
        notEncrypted: 'address must begin with https, so that no one reads or changes events on their way',
      }),
    async send(address, request) {
      try {
        const answer = await calls.send(
          { method: 'POST', url: address, headers: signed(request), body: request.body },
          { maxRedirects: 0 },
        );
        return { status: answer.status, retryAt: retryTimeOf(answer, clock.now()) };
      } catch (error) {
        throw new EventUndelivered(calls.problemOf(error, 'the endpoint'));
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
