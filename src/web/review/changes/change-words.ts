import { nameWords } from '../../../domain/dom/name-words.ts';
import { plural } from '../../kit/format.ts';
import { visibleText } from '../../kit/middle-cut.tsx';
import type { Answer } from '../api/api.ts';
import { byActor } from '../decisions/actor-name.ts';

export type ListedChange = Answer<'listChanges'>['changes'][number];
export type ChangeDetail = Answer<'describeChange'>;
export type ChangeSample = ListedChange['sample'];
export type ChangeVerdict = 'approved' | 'rejected';

const kindWords: Record<ChangeSample['kind'], string> = {
  changed: 'Changed',
  added: 'Added',
  removed: 'Removed',
  resized: 'Resized',
  space: 'Blank space',
  reordered: 'Moved elsewhere',
};

/** What it is: the element and what differs, or its kind and size. Parts of a page are text, never markup. */
export function changeTitle({ name, kind, before, after }: ChangeSample): string {
  if (name !== null) return nameWords(name);
  const box = after ?? before;
  return box === null ? kindWords[kind] : `${kindWords[kind]} · ${box.width} × ${box.height} px`;
}

export function kindWord({ kind }: ChangeSample): string {
  return kindWords[kind];
}

/** `in 108 runs · 3 places`. */
export function whereWords({ runs, places }: Pick<ListedChange, 'runs' | 'places'>): string {
  return `in ${plural(runs, 'run')} · ${plural(places, 'place')}`;
}

/** `approved earlier in v12 #1 by Ann`. */
export function earlierWords(earlier: NonNullable<ListedChange['approvedEarlier']>): string {
  const { releaseName, releaseNumber, by } = earlier;
  return `approved earlier in ${visibleText(releaseName)} #${releaseNumber}${byActor(by)}`;
}

/** `top 1280` is `top of the page, 1280 px wide`; an element is itself. */
export function placeWords(place: string): string {
  const found = /^(top|middle|bottom) (\d+)$/.exec(place);
  if (found !== null) return `${found[1]} of the page, ${found[2]} px wide`;
  return place.replace(/ (\d+)$/, ', $1 px wide');
}

/** `11 decisions left, 122 runs`; of the decisions, those that are about runs, because changes cannot decide them. */
export function leftWords({
  decisionsLeft,
  runsLeft,
  changes,
  total,
}: Omit<Answer<'listChanges'>, 'release'>): string {
  if (runsLeft === 0) return 'Everything is decided.';
  const words = `${plural(decisionsLeft, 'decision')} left, ${plural(runsLeft, 'run')}`;
  const open = changes.filter(({ openRuns }) => openRuns > 0).length;
  const byRun = total > changes.length ? 0 : decisionsLeft - open;
  if (byRun <= 0 || changes.length === 0) return words;
  return `${words} · ${plural(byRun, 'run needs its', 'runs need their')} own: Shift+G`;
}

/** What a decision does, for its toast. */
export function decidedWords(
  verdict: ChangeVerdict,
  { settled, open }: Pick<Answer<'reviewChange'>, 'settled' | 'open'>,
): string {
  const what = settled === 0 ? 'the change' : plural(settled, 'run');
  const done = `${verdict === 'approved' ? 'Approved' : 'Rejected'} ${what}.`;
  return open === 0
    ? done
    : `${done} ${plural(open, 'run')} with other changes still ${open === 1 ? 'waits' : 'wait'}.`;
}
