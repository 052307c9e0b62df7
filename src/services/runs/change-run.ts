import { AppError } from '../../base/errors.ts';
import type { ErrorCode } from '../../base/errors.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { OwnedArtifact } from '../../ports/store/artifacts.ts';
import type { Transaction } from '../../ports/store.ts';
import type { SpanOptions } from '../../ports/tracer.ts';
import { hashCollision, keepTexts } from '../artifacts/keep-texts.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { changeRelease } from '../releases/change-release.ts';
import { keyOf, lockRuns } from './lock-runs.ts';
import type { FoundRun } from './lock-runs.ts';
import { saveRunsOf } from './save-run.ts';
import type { ReleaseChanges, RunChange } from './save-run.ts';

/** What a call wants to do: a change of its run, or nothing but an answer. */
export type RunDecision<Answer> =
  | { answer: Answer }
  | {
      change: Omit<RunChange, 'release' | 'actor'>;
      /** The release is taken back from review for it. */
      reopens?: boolean;
      /** Texts that the change names. */
      texts?: readonly OwnedArtifact[];
    };

/** A call that changes one run of a release. */
export interface RunCall<Answer> extends ReleaseName {
  runName: string;
  actor: string;
  /**
   * Decides what to do; only reads, and may be repeated. What it throws refuses this call and no other.
   *
   * @param found the release, locked, and its run of that name; null: there is none
   */
  decide: (tx: Transaction, found: FoundRun) => Promise<RunDecision<Answer>>;
}

export type RunOutcome<Answer> = { answer: Answer } | { run: Run; release: Release };

/** With the trace that it belongs to: a transaction for many is part of one trace. */
type TracedCall = RunCall<unknown> & { traceparent: string | null };

interface Waiting {
  call: TracedCall;
  resolve: (outcome: RunOutcome<unknown>) => void;
  reject: (error: unknown) => void;
}

type Outcome = RunOutcome<unknown> | { error: unknown } | 'locked elsewhere';

/** Maximum calls of one transaction. */
const maxCalls = 64;
/** While one transaction waits for the disk, the next is prepared. */
const maxTransactions = 2;

const queues = new WeakMap<Deps, RunCallQueue>();

/**
 * Changes a run. Calls that wait at the same time, of one release or of several, are decided side by side in one
 * transaction, and what they change is written together: a lock, a commit and a few statements for all of them. A call
 * that is refused does not affect the others.
 */
export function changeRun<Answer>(deps: Deps, call: RunCall<Answer>): Promise<RunOutcome<Answer>> {
  const queue = queues.get(deps) ?? new RunCallQueue(deps);
  queues.set(deps, queue);
  return queue.add(call) as Promise<RunOutcome<Answer>>;
}

class RunCallQueue {
  readonly #deps: Deps;
  #waiting: Waiting[] = [];
  /** Releases of the transactions that run. */
  readonly #busy = new Set<string>();
  #running = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  add(call: RunCall<unknown>): Promise<RunOutcome<unknown>> {
    const { tracer } = this.#deps;
    const traced = { ...call, traceparent: tracer.current() };
    const outcome = new Promise<RunOutcome<unknown>>((resolve, reject) =>
      this.#waiting.push({ call: traced, resolve, reject }),
    );
    this.#start();
    return outcome;
  }

  #start(): void {
    if (this.#running < maxTransactions) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running++;
    // Calls of the same moment join the transaction.
    await Promise.resolve();
    for (;;) {
      const group = this.#take();
      if (group.length === 0) break;
      const left = await this.#carryOut(group, 'locks free releases');
      // Not awaited: what another server or a long change holds must not keep others waiting.
      if (left.length > 0) void this.#carryOut(left, 'waits for locks');
    }
    this.#running--;
  }

  /** The next calls that may share a transaction: of one actor and one call a run for each release. */
  #take(): Waiting[] {
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const runs = new Set<string>();
    const actors = new Map<string, string>();
    for (const waiting of this.#waiting) {
      const { call } = waiting;
      const release = keyOf(call);
      const run = `${release} ${call.runName}`;
      const isAlike = (actors.get(release) ?? call.actor) === call.actor;
      if (taken.length === maxCalls || this.#busy.has(release) || runs.has(run) || !isAlike) {
        left.push(waiting);
        continue;
      }
      runs.add(run);
      actors.set(release, call.actor);
      taken.push(waiting);
    }
    this.#waiting = left;
    for (const release of actors.keys()) this.#busy.add(release);
    return taken;
  }

  /** @returns calls whose release is locked elsewhere, or does not exist; their releases stay busy */
  async #carryOut(
    group: readonly Waiting[],
    how: 'locks free releases' | 'waits for locks',
  ): Promise<Waiting[]> {
    const left: Waiting[] = [];
    try {
      const together = group.map(({ call }) => call);
      const options = tracedGroup(together);
      const outcomes = await this.#deps.tracer.span(options, () =>
        this.#deps.store.transaction((tx) =>
          changeTogether(this.#deps, tx, together, how === 'waits for locks'),
        ),
      );
      for (const [index, waiting] of group.entries()) {
        const outcome = outcomes[index]!;
        if (outcome === 'locked elsewhere') left.push(waiting);
        else if ('error' in outcome) waiting.reject(outcome.error);
        else waiting.resolve(outcome);
      }
    } catch (error) {
      if (group.length === 1 || isOfDatabase(error)) for (const { reject } of group) reject(error);
      else for (const waiting of group) await this.#carryOut([waiting], 'waits for locks');
    }
    const kept = new Set(left.map(({ call }) => keyOf(call)));
    for (const { call } of group) if (!kept.has(keyOf(call))) this.#busy.delete(keyOf(call));
    if (this.#waiting.length > 0) this.#start();
    return left;
  }
}

/** One transaction for many calls is a part of the first one's trace, with links to the others. */
function tracedGroup(together: readonly TracedCall[]): SpanOptions {
  const [parent = null, ...links] = together.flatMap(({ traceparent }) => traceparent ?? []);
  return { name: 'change runs', parent, links, attributes: { 'dpxdt.calls': together.length } };
}

const ofDatabase: readonly ErrorCode[] = ['unavailable', 'storage_full', 'outcome_unknown'];

/** Trying again, alone, would not help. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof AppError && ofDatabase.includes(error.code);
}

/** @returns the outcomes in the order of the calls */
async function changeTogether(
  deps: Deps,
  tx: Transaction,
  together: readonly TracedCall[],
  waits: boolean,
): Promise<Outcome[]> {
  const found = await lockRuns(deps, tx, together, waits);
  const outcomes = new Map<TracedCall, Outcome>();
  const changes = new Map<TracedCall, Extract<RunDecision<unknown>, { change: unknown }>>();
  await Promise.all(
    together.map(async (call, index) => {
      const { release } = found[index]!;
      if (release === null && !waits) return outcomes.set(call, 'locked elsewhere');
      try {
        const decision = await call.decide(tx, found[index]!);
        return 'change' in decision ? changes.set(call, decision) : outcomes.set(call, decision);
      } catch (error) {
        if (!(error instanceof AppError) || isOfDatabase(error)) throw error;
        return outcomes.set(call, { error });
      }
    }),
  );
  const ofRelease = Map.groupBy(
    together.filter((call) => changes.has(call)),
    keyOf,
  );
  const wanted: ReleaseChanges[] = [];
  for (const these of ofRelease.values()) {
    const decisions = these.map((call) => ({ ...changes.get(call)!, traceparent: call.traceparent }));
    const locked = found[together.indexOf(these[0]!)]!.release!;
    const reopens = decisions.some((decision) => decision.reopens === true);
    wanted.push({
      before: reopens ? await changeRelease(deps, tx, locked, 'run_requested') : locked,
      changes: decisions.map(({ change, traceparent }) => ({ ...change, traceparent })),
      actor: these[0]!.actor,
    });
  }
  // Side by side: if a text is refused, nothing is changed, and each call is carried out alone.
  const texts = [...changes.values()].flatMap(({ texts: some = [] }) => some);
  const [refused, saved] = await Promise.all([keepTexts(deps, tx, texts), saveRunsOf(deps, tx, wanted)]);
  for (const sha1 of refused) throw hashCollision(sha1);
  for (const [place, these] of [...ofRelease.values()].entries()) {
    const { runs, release } = saved[place]!;
    for (const [index, call] of these.entries()) outcomes.set(call, { run: runs[index]!, release });
  }
  return together.map((call) => outcomes.get(call)!);
}
