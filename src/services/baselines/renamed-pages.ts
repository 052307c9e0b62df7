import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import { renamedPages } from '../../domain/baselines/renames.ts';
import { judgeVerdict, withVerdict } from '../../domain/runs/review.ts';
import type { Activity, Release, Verdict } from '../../domain/model.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';
import type { Transaction } from '../../ports/store.ts';

interface Decision {
  actor: string;
  at: number;
  version: number;
}

const removalOf = {
  approved: 'confirmed',
  rejected: 'rejected',
  none: 'undecided',
} as const satisfies Record<Verdict, MissingVerdict>;

const verdictOf = {
  confirmed: 'approved',
  rejected: 'rejected',
  undecided: 'none',
} as const satisfies Record<MissingVerdict, Verdict>;

const runKinds = {
  approved: 'run_approved',
  rejected: 'run_rejected',
  none: 'run_verdict_taken_back',
} as const;

/**
 * Links missing pages to the new pages of a release that show the same. Missing pages that were judged keep their link. A new
 * page whose verdict was taken over decides about the missing page too.
 */
export async function noteRenames(tx: Transaction, release: Pick<Release, 'id'>): Promise<void> {
  const undecided = (await tx.baselines.missingOf(release.id)).filter(
    ({ verdict }) => verdict === 'undecided',
  );
  if (undecided.length === 0) return;
  const { missing, added } = await tx.baselines.renameCandidates(release.id);
  const renamed = renamedPages(missing, added);
  await tx.baselines.noteRenames(
    release.id,
    undecided.map(({ name }) => ({ name, runId: renamed.get(name) ?? null })),
  );
  const runs = await tx.runs.findJudged(release.id, [...renamed.values()]);
  const judged = new Map(runs.filter(({ verdict }) => verdict !== 'none').map((run) => [run.id, run]));
  for (const { name } of undecided) {
    const run = judged.get(renamed.get(name) ?? 0);
    if (run === undefined) continue;
    const { verdictBy, verdictAt } = run;
    await tx.baselines.judgeMissing(release.id, {
      name,
      verdict: removalOf[run.verdict],
      verdictBy,
      verdictAt,
    });
  }
}

/** The removal of a renamed page is judged with its run. */
export async function judgeRemovals(
  tx: Transaction,
  release: Release,
  runs: readonly Pick<JudgedRun, 'id' | 'verdict'>[],
  { actor, at }: Decision,
): Promise<void> {
  const verdicts = new Map(runs.map(({ id, verdict }) => [id, removalOf[verdict]]));
  for (const { name, verdict: before, renamed } of await tx.baselines.missingOf(release.id)) {
    const verdict = renamed === null ? undefined : verdicts.get(renamed.runId);
    if (verdict === undefined || verdict === before) continue;
    const isOpen = verdict === 'undecided';
    await tx.baselines.judgeMissing(release.id, {
      name,
      verdict,
      verdictBy: isOpen ? null : actor,
      verdictAt: isOpen ? null : at,
    });
  }
}

/** The run of a renamed page is judged with the removal. @returns ids of the runs whose verdict changed */
export async function judgeRenamed(
  tx: Transaction,
  release: Release,
  names: readonly string[],
  removal: MissingVerdict,
  decision: Decision,
): Promise<number[]> {
  const wanted = new Set(names);
  const missing = await tx.baselines.missingOf(release.id);
  const ids = missing.flatMap(({ name, renamed }) =>
    renamed !== null && wanted.has(name) ? [renamed.runId] : [],
  );
  if (ids.length === 0) return [];
  const verdict = verdictOf[removal];
  const mayBeNew = (await tx.baselines.find(release.id))?.release.history !== 'absent';
  const before = await tx.runs.findJudged(release.id, ids);
  const changed = before.filter((run) => judgeVerdict(run, verdict, undefined, mayBeNew) === 'changed');
  if (changed.length === 0) return [];
  await tx.runs.judgeMany(changed.map((run) => withVerdict(run, verdict, decision)));
  await tx.activity.insertMany(
    changed.map((run): Omit<Activity, 'id'> => ({
      at: decision.at,
      buildId: release.buildId,
      releaseId: release.id,
      runId: run.id,
      actor: decision.actor,
      kind: runKinds[verdict],
      detail: { from: run.verdict, to: verdict },
      subject: `run:${run.id}`,
      operationId: null,
    })),
  );
  return changed.map(({ id }) => id);
}
