import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { deliveryStateOf, deliveryStates } from '../../domain/forges/connection.ts';
import { eventStateOf } from '../../domain/events/event.ts';
import { administer } from './admin.ts';

/** Shown through a server as well as from the data. */
const limit = 1_000;

interface ShownEvent {
  endpoint: number;
  address: string;
  type: string;
  release: string | null;
  state: string;
  answer: number | null;
  attempts: number;
  problem: string | null;
}

interface Shown {
  connection: number;
  kind: string;
  repository: string;
  target: string;
  release: string | null;
  state: string;
  sent: string | null;
  attempts: number;
  problem: string | null;
}

/** `dpxdt admin deliveries` */
export function deliveriesCommand(
  context: CommandContext,
  { state: text }: { state?: string },
): Promise<ExitStatus> {
  const state = deliveryStates.find((known) => known === text);
  if (text !== undefined && state === undefined) {
    throw new AppError(
      'invalid_argument',
      `--state must be one of ${deliveryStates.join(', ')}, got "${text.slice(0, 60)}".`,
    );
  }
  return administer(context, {
    data: async (admin) => ({
      events: (await admin.listEvents(state)).map(({ delivery, address, release }): ShownEvent => ({
        endpoint: delivery.endpointId,
        address,
        type: delivery.type,
        release: release && `${release.name} #${release.number}`,
        state: eventStateOf(delivery),
        answer: delivery.answer,
        attempts: delivery.attempts,
        problem: delivery.problem,
      })),
      deliveries: (await admin.listDeliveries(state)).map(({ delivery, connection, release }): Shown => ({
        connection: delivery.connectionId,
        kind: delivery.kind,
        repository: connection?.repository ?? '',
        target: delivery.target,
        release: release && `${release.name} #${release.number}`,
        state: deliveryStateOf(delivery),
        sent: delivery.sentWord,
        attempts: delivery.attempts,
        problem: delivery.lastError,
      })),
    }),
    needsData: true,
    server: async (client) => ({
      events: (await client.listAllEvents({ state, pageSize: limit })).events.map((listed): ShownEvent => ({
        endpoint: listed.endpointId,
        address: listed.address,
        type: listed.type,
        release: listed.release && `${listed.release.name} #${listed.release.number}`,
        state: listed.state,
        answer: listed.answer,
        attempts: listed.attempts,
        problem: listed.problem,
      })),
      deliveries: (await client.listAllDeliveries({ state, pageSize: limit })).deliveries.map(
        (listed): Shown => ({
          connection: listed.connectionId,
          kind: listed.kind,
          repository: listed.repository,
          target: listed.target,
          release: listed.release && `${listed.release.name} #${listed.release.number}`,
          state: listed.state,
          sent: listed.sent,
          attempts: listed.attempts,
          problem: listed.problem,
        }),
      ),
    }),
    print: (shown) => {
      const lines = [...shown.deliveries.map(lineOf), ...shown.events.map(eventLineOf)];
      return {
        json: shown,
        lines: lines.length === 0 ? ['Nothing was delivered and nothing waits.'] : lines,
      };
    },
  });
}

function eventLineOf({ type, address, release, state, problem }: ShownEvent): string {
  const about = release === null ? '' : `, release ${release}`;
  return `${state}: ${type} to ${address}${about}${problem === null ? '' : `: ${problem}`}`;
}

function lineOf({ kind, repository, target, release, state, sent, problem }: Shown): string {
  const place = target.startsWith('pull/') ? `#${target.slice(5)}` : target.slice(0, 10);
  const told = sent === null ? '' : ` (last told: ${sent})`;
  const name = state === 'sent' && sent === null ? 'nothing to say' : state;
  const why = problem === null ? '' : `: ${problem}`;
  return `${name}: ${kind} of ${repository} ${place}, release ${release ?? 'deleted'}${told}${why}`;
}
