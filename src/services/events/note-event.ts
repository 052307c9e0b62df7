import { eventActor, type EventPayload } from '../../domain/events/event-payload.ts';
import {
  testType,
  type EventDelivery,
  type EventEndpoint,
  type EventType,
} from '../../domain/events/event.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import { conclude } from '../releases/describe-release.ts';
import { resultsUrl } from '../releases/runs-done.ts';

/** Wakes the server's sender of events; no name of a task queue begins like that. */
export const eventSignal = ' events';

/** An event may say what members of the build may read; who decided, only where the build wants it. */
const server = { kind: 'local' } as const;

/** What every event is made with. */
export type EventDeps = Pick<Deps, 'clock' | 'notifier' | 'ids' | 'settings'>;

/**
 * Notes in the transaction of a change what the endpoints of its build have to be told; one row for each. The caller holds
 * the release, so that the rows have the order of its changes.
 */
export async function noteEvent(
  deps: EventDeps,
  tx: Transaction,
  release: Release,
  {
    type,
    actor,
    comment,
  }: {
    type: EventType | 'release.ended';
    actor: string | null;
    comment?: EventPayload['data']['comment'];
  },
): Promise<void> {
  const listening = (await tx.eventEndpoints.ofBuild(release.buildId)).filter(
    ({ disabledAt }) => disabledAt === null,
  );
  if (listening.length === 0) return;
  const build = await tx.builds.find(release.buildId);
  if (build === null) return;
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const { conclusion, text } = conclude(server, build, release, counts);
  const ended = conclusion === 'error' ? 'release.failed' : 'release.ready';
  const told = type === 'release.ended' ? ended : type;
  const endpoints = listening.filter(({ types }) => types.includes(told));
  if (endpoints.length === 0) return;
  const payload: EventPayload = {
    type: told,
    timestamp: new Date(deps.clock.now()).toISOString(),
    data: {
      build: buildOf(deps, build),
      release: {
        name: release.name,
        number: release.number,
        url: resultsUrl(deps, release),
        status: release.status,
        conclusion,
        text,
        branch: release.branch,
        commit: release.git.headCommit ?? release.commit,
        pull_request: release.git.pullRequest,
      },
      counts,
      ...(comment !== undefined && { comment }),
      actor: eventActor(actor, build),
    },
  };
  const eventId = `msg_${deps.ids.id()}`;
  for (const endpoint of endpoints) {
    await tx.eventDeliveries.insert(unsentEvent(deps, endpoint, { releaseId: release.id, eventId, payload }));
  }
  wakeEventSender(deps, tx);
}

export function testPayload(deps: EventDeps, build: Build, actor: string): EventPayload {
  return {
    type: testType,
    timestamp: new Date(deps.clock.now()).toISOString(),
    data: { build: buildOf(deps, build), release: null, counts: null, actor: eventActor(actor, build) },
  };
}

/** Due at once. */
export function unsentEvent(
  { clock }: Pick<Deps, 'clock'>,
  { id, buildId }: EventEndpoint,
  event: { releaseId: number | null; eventId: string; payload: EventPayload },
): Omit<EventDelivery, 'id'> {
  const now = clock.now();
  return {
    endpointId: id,
    buildId,
    releaseId: event.releaseId,
    eventId: event.eventId,
    type: event.payload.type,
    payload: JSON.stringify(event.payload),
    createdAt: now,
    attempts: 0,
    dueAt: now,
    sentAt: null,
    answer: null,
    problem: null,
  };
}

export function wakeEventSender({ notifier }: Pick<Deps, 'notifier'>, tx: Transaction): void {
  tx.afterCommit(() => void notifier.notify(eventSignal, 1));
}

function buildOf({ settings }: EventDeps, { id, name }: Build): EventPayload['data']['build'] {
  return { id, name, url: `${settings.publicUrl}/build?id=${id}` };
}
