/** Why a run is compared with what it is compared with, for people. */

import type { BaselineChoice, NamedRelease, WhyNot } from './choose-baseline.ts';

const shortHash = 7;

/** One sentence, or two: what the run is compared with and why. */
export function baselineSentence(choice: BaselineChoice): string {
  if (choice.rule === 'waiting') return `Waiting for ${placeOf(choice.release!)} to finish.`;
  if (choice.runId === null) return newSentence(choice);
  const renamed =
    choice.previousName === null ? '' : ` There the page is called ${quoted(choice.previousName)}.`;
  const { release, rule } = choice;
  const place = rule === 'newest_good' ? `${release!.name} #${release!.number}` : placeOf(release!);
  return `Compared with ${place}, ${why(choice)}.${renamed}`;
}

function why(choice: BaselineChoice): string {
  switch (choice.rule) {
    case 'picked':
      return 'which a reviewer chose';
    case 'named':
      return 'which the client named';
    case 'newest_good':
      return 'the latest good release that had an accepted screenshot of this page when the run was requested';
    case 'newest_accepted':
      return `the newest accepted image of ${choice.release!.branch ?? 'the page'}${becauseOf(choice.historyNote)}`;
    case 'any_branch':
      return `the newest good release of any branch: this build has none of a main branch${becauseOf(choice.historyNote)}`;
    case 'same_commit':
      return 'the newest accepted image of the same commit';
    default:
      return alongHistory(choice);
  }
}

function alongHistory(choice: BaselineChoice): string {
  const unreviewed = 'no one has reviewed that image yet';
  if (choice.match === 'tree') {
    const commit = shortCommit(choice.commit!);
    const tree = `the same source tree as ${choice.isOnMain ? 'commit' : 'the squash commit'} ${commit}`;
    return choice.isUnreviewed ? `${tree}; ${unreviewed}` : tree;
  }
  if (choice.isMerged) return choice.isUnreviewed ? `which was merged; ${unreviewed}` : 'which was merged';
  if (choice.commitsBefore > 0) {
    const before = choice.commitsBefore === 1 ? '1 commit before' : `${choice.commitsBefore} commits before`;
    const text = `${before}: the releases between were rejected or never made`;
    return choice.isUnreviewed ? `${text}; ${unreviewed}` : text;
  }
  if (choice.isUnreviewed) return `what main looks like; ${unreviewed}`;
  return choice.isRunOnMain ? 'the commit before' : 'where this branch began';
}

function newSentence(choice: BaselineChoice): string {
  const { rule, release } = choice;
  if (rule === 'named')
    return `New: ${placeOf(release!)}, which the client named, has no usable image of this name.`;
  if (rule === 'newest_good') {
    return 'New: no good release had an accepted screenshot of this name, and the client provided no baseline.';
  }
  if (release !== null) return `New: ${shortPlaceOf(release)} had no page of this name.`;
  if (choice.historyNote !== null && !['full', 'fetched'].includes(choice.historyNote)) {
    return `New: no release without a branch or of main has an accepted image of this name${becauseOf(choice.historyNote)}.`;
  }
  return 'New: no release of an earlier commit has an accepted image of this name.';
}

/** `shallow: …` and `none: …` as a reason with what to do about it. */
function becauseOf(note: string | null): string {
  if (note === null) return '';
  if (note.startsWith('shallow')) {
    return ', because the clone is shallow and commits could not be fetched; set fetch-depth: 0';
  }
  const reason = /^none:\s*(.+)$/s.exec(note)?.[1]?.trim().replace(/\.$/, '');
  return reason === undefined || reason === '' ? '' : `, because git's history could not be read: ${reason}`;
}

/** `main at 4f2c1aa (release "main 4f2c1aa" #1)`. */
function placeOf(release: NamedRelease): string {
  const named = `release ${quoted(release.name)} #${release.number}`;
  const place = gitPlaceOf(release);
  return place === null ? named : `${place} (${named})`;
}

function shortPlaceOf(release: NamedRelease): string {
  return gitPlaceOf(release) ?? `release ${quoted(release.name)} #${release.number}`;
}

function gitPlaceOf({ branch, commit }: NamedRelease): string | null {
  if (branch === null) return commit === null ? null : `commit ${shortCommit(commit)}`;
  return commit === null ? branch : `${branch} at ${shortCommit(commit)}`;
}

function shortCommit(commit: string): string {
  return commit.slice(0, shortHash);
}

const quoted = (text: string) => `"${text}"`;

/** Why another candidate was not chosen, as the end of a row that names it. */
export function whyNotText(why: WhyNot): string {
  return whyNotTexts[why];
}

const whyNotTexts: Record<WhyNot, string> = {
  release_bad: 'the release was marked bad',
  rejected: 'the image was rejected',
  failed: 'the page could not be captured',
  not_captured: 'the page was not captured',
  unreviewed: 'no one has reviewed that image',
  other_branch: 'not accepted, and not of a main branch',
  receiving: 'the release was not finished',
  not_in_subset: 'the release shows a part of the pages, and not this one',
  no_such_page: 'the release has no page of this name',
  removal_undecided: 'the page is missing there, and no one has confirmed that it was removed',
  further_back: 'further back in the history',
};
