import { AppError } from '../../base/errors.ts';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';
import { administer } from './admin.ts';

const states = ['waiting', 'failed', 'sent'] as const;
/** Shown through a server as well as from the data. */
const limit = 1_000;

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
  const state = states.find((known) => known === text);
  if (text !== undefined && state === undefined) {
    throw new AppError(
      'invalid_argument',
      `--state must be one of ${states.join(', ')}, got "${text.slice(0, 60)}".`,
    );
  }
  return administer(context, {
    data: async (admin) =>
      (await admin.listDeliveries(state)).map(({ delivery, connection, release }): Shown => ({
        connection: delivery.connectionId,
        kind: delivery.kind,
        repository: connection?.repository ?? '',
        target: delivery.target,
        release: release && `${release.name} #${release.number}`,
        state: delivery.stoppedAt !== null ? 'failed' : delivery.dueAt === null ? 'sent' : 'waiting',
        sent: delivery.sentWord,
        attempts: delivery.attempts,
        problem: delivery.lastError,
      })),
    needsData: true,
    server: async (client) =>
      (await client.listAllDeliveries({ state, pageSize: limit })).deliveries.map((listed): Shown => ({
        connection: listed.connectionId,
        kind: listed.kind,
        repository: listed.repository,
        target: listed.target,
        release: listed.release && `${listed.release.name} #${listed.release.number}`,
        state: listed.state,
        sent: listed.sent,
        attempts: listed.attempts,
        problem: listed.problem,
      })),
    print: (deliveries) => ({
      json: { deliveries },
      lines: deliveries.length === 0 ? ['Nothing was delivered and nothing waits.'] : deliveries.map(lineOf),
    }),
  });
}

function lineOf({ kind, repository, target, release, state, sent, problem }: Shown): string {
  const place = target.startsWith('pull/') ? `#${target.slice(5)}` : target.slice(0, 10);
  const told = sent === null ? '' : ` (last told: ${sent})`;
  const why = problem === null ? '' : `: ${problem}`;
  return `${state}: ${kind} of ${repository} ${place}, release ${release ?? 'deleted'}${told}${why}`;
}
