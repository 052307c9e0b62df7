import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import { renamedPages } from '../../domain/baselines/renames.ts';
import { isPlain } from '../../domain/runs/approvals.ts';
import { judgeVerdict, withVerdict } from '../../domain/runs/review.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';
import type { MissingRun, StoredMissingVerdict } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import { approvalRuleOf } from '../runs/approval-rule.ts';
import { judgeByPeople } from '../runs/judge-by-people.ts';
import { runVerdictEntry } from '../runs/run-verdict-entry.ts';

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

/** The verdict on a missing page, as it is stored; one that is taken back has no author. */
export function missingVerdict(
  name: string,
  verdict: MissingVerdict,
  { actor, at }: Pick<Decision, 'actor' | 'at'>,
): StoredMissingVerdict {
  const isOpen = verdict === 'undecided';
  return { name, verdict, verdictBy: isOpen ? null : actor, verdictAt: isOpen ? null : at };
}

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
  await tx.baselines.judgeMissing(
    release.id,
    undecided.flatMap(({ name }) => {
      const run = judged.get(renamed.get(name) ?? 0);
      if (run === undefined) return [];
      const { verdictBy, verdictAt } = run;
      return [{ name, verdict: removalOf[run.verdict], verdictBy, verdictAt }];
    }),
  );
}

/** The removal of a renamed page is judged with its run. */
export async function judgeRemovals(
  tx: Transaction,
  release: Release,
  runs: readonly Pick<JudgedRun, 'id' | 'verdict'>[],
  decision: Decision,
): Promise<void> {
  const verdicts = new Map(runs.map(({ id, verdict }) => [id, removalOf[verdict]]));
  const missing = await tx.baselines.missingOf(release.id);
  await tx.baselines.judgeMissing(
    release.id,
    missing.flatMap(({ name, verdict: before, renamed }) => {
      const verdict = renamed === null ? undefined : verdicts.get(renamed.runId);
      return verdict === undefined || verdict === before ? [] : [missingVerdict(name, verdict, decision)];
    }),
  );
}

/** The run of a renamed page is judged with the removal. @returns ids of the runs whose verdict changed */
export async function judgeRenamed(
  tx: Transaction,
  release: Release,
  missing: readonly MissingRun[],
  removal: MissingVerdict,
  decision: Decision,
): Promise<number[]> {
  const ids = missing.flatMap(({ renamed }) => renamed?.runId ?? []);
  if (ids.length === 0) return [];
  const verdict = verdictOf[removal];
  const before = await tx.runs.findJudged(release.id, ids);
  const rule = await approvalRuleOf(tx, release);
  const voter = { actor: decision.actor, rule };
  const changed = before.filter((run) => judgeVerdict(run, verdict, undefined, voter) === 'changed');
  if (changed.length === 0) return [];
  if (isPlain(rule)) {
    await tx.runs.judgeMany(changed.map((run) => withVerdict(run, verdict, decision)));
  } else {
    const wanted = new Map(changed.map(({ id }) => [id, verdict]));
    const operationId = `removal ${decision.at} ${decision.version}`;
    const judged = await judgeByPeople(tx, release, wanted, { ...decision, operationId, note: null });
    await tx.runs.judgeMany(judged.map(({ to }) => to));
  }
  await tx.activity.insertMany(
    changed.map((run) => runVerdictEntry(release, { id: run.id, verdict }, run.verdict, decision)),
  );
  return changed.map(({ id }) => id);
}
