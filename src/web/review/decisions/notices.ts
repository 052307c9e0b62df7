/** Notices about decisions and the actions they offer. Pure. */

import type { AppError } from '../../../base/errors.ts';
import type { Letter, RunsLetter } from './outbox.ts';
import type { DecisionsSurroundings, Notice, VerdictResult } from './port.ts';
import * as words from './words.ts';

type People = Pick<DecisionsSurroundings, 'actorName' | 'now'> & { me: string | null };

export function done(text: string, undo?: () => void): Notice {
  return { tone: 'done', words: text, actions: undo === undefined ? [] : [{ label: 'Undo', act: undo }] };
}

/** For verdicts that the server answered: null when the screen is already right. */
export function answered(
  letter: RunsLetter,
  results: readonly VerdictResult[],
  nameOf: (id: number) => string,
  people: People,
  judgeAnyway: (result: VerdictResult) => void,
): Notice | null {
  const problems = results.filter(({ outcome }) => outcome !== 'changed' && outcome !== 'unchanged');
  const single = results.length === 1 ? results[0]! : null;
  if (problems.length === 0) {
    const byOther = single?.outcome === 'unchanged' && single.verdictBy !== people.me;
    if (!byOther || letter.isUndo || letter.verdict === null) return null;
    return done(words.already(letter.verdict, single, people));
  }
  const decidedOtherwise = single?.outcome === 'conflict' && single.verdict !== 'none';
  return {
    tone: 'problem',
    words: words.notApplied(letter, results.length, problems, nameOf, people),
    actions:
      decidedOtherwise && letter.verdict !== null
        ? [{ label: words.anywayLabel(letter.verdict), act: () => judgeAnyway(single) }]
        : [],
  };
}

/** For a decision that the server refused. */
export function refused(
  letter: Letter,
  problem: AppError,
  people: People,
  act: { again: () => void; exceptRejected: () => void },
): Notice {
  return {
    tone: 'problem',
    words: letter.kind === 'release' ? words.releaseRefused(problem, people) : words.notSaved(problem),
    actions: actionsAfter(letter, problem, act),
  };
}

function actionsAfter(
  letter: Letter,
  problem: AppError,
  act: { again: () => void; exceptRejected: () => void },
): Notice['actions'] {
  if (problem.code !== 'conflict') return [{ label: 'Try again', act: act.again }];
  if (letter.kind === 'pages') return [{ label: 'Decide anyway', act: act.again }];
  return words.rejectedIn(problem) > 0 ? [{ label: words.exceptRejected, act: act.exceptRejected }] : [];
}
