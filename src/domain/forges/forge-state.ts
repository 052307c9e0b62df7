/** What a forge shows next to a commit. Only the server tells it, so a job that dies leaves nothing green behind. */

import type { Conclusion, ReleaseConclusion } from '../releases/release-conclusion.ts';
import { forgeTraits } from './forge-kinds.ts';
import type { ForgeKind } from './forge-kinds.ts';

export interface ForgeState {
  conclusion: Conclusion;
  /** In the forge's vocabulary. */
  word: string;
  /** At most 140 characters. */
  text: string;
}

export function forgeState(kind: ForgeKind, { conclusion, text }: ReleaseConclusion): ForgeState {
  return { conclusion, word: forgeTraits[kind].words[conclusion], text };
}

/** The worst counts. */
const precedence: readonly Conclusion[] = ['error', 'failure', 'pending', 'success', 'skipped'];
const words: Record<Conclusion, string> = {
  error: 'could not be compared',
  failure: 'to review or rejected',
  pending: 'waiting',
  success: 'approved or unchanged',
  skipped: 'skipped',
};

/**
 * One state for all builds of a commit.
 *
 * @returns null while fewer than two are known: it would repeat the only one
 */
export function summaryOf(conclusions: readonly Conclusion[]): ReleaseConclusion | null {
  if (conclusions.length < 2) return null;
  const parts = precedence.flatMap((conclusion) => {
    const count = conclusions.filter((other) => other === conclusion).length;
    return count === 0 ? [] : [{ conclusion, text: `${count} ${words[conclusion]}` }];
  });
  return {
    conclusion: parts[0]!.conclusion,
    text: `${conclusions.length} builds: ${parts.map(({ text }) => text).join(', ')}`,
  };
}
