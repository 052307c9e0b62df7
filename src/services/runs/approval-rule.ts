import type { ApprovalRule } from '../../domain/runs/approvals.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';

/** How many people must approve the runs of a release, and who does not count. */
export async function approvalRuleOf(
  tx: Transaction,
  { buildId, git }: Pick<Release, 'buildId' | 'git'>,
): Promise<ApprovalRule> {
  const { approvals: required, notByAuthor } = (await tx.baselines.signs(buildId)).settings;
  if (!notByAuthor || git.author === null) return { required, author: null };
  const { name, address } = git.author;
  const user = address === null ? null : await tx.people.findByEmail(address);
  const known = name === null || name === '' ? null : name.toLowerCase();
  return { required, author: { userId: user?.id ?? null, name: known } };
}

export type RuleOf = (release: Release) => Promise<ApprovalRule>;

/** As {@link approvalRuleOf}, read once for each release. */
export function rememberedRules(tx: Transaction): RuleOf {
  const known = new Map<number, Promise<ApprovalRule>>();
  return (release) => {
    const rule = known.get(release.id) ?? approvalRuleOf(tx, release);
    known.set(release.id, rule);
    return rule;
  };
}
