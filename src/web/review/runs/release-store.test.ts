import { describe, expect, it } from 'vitest';
import { anAnswer } from '../../../../test/support/release-answers.ts';
import { ReleaseStore } from './release-store.ts';
import { buildView, fits, namePrefix, ViewKeeper, withMissing } from './release-view.ts';
import { differenceFigures, headline, lateWords, progressWords } from './release-words.ts';

function loaded(...args: Parameters<typeof anAnswer>): ReleaseStore {
  const store = new ReleaseStore();
  store.load(anAnswer(...args));
  return store;
}

describe('release store', () => {
  it('puts what failed first, then differences, then the rest, each by name', () => {
    const store = loaded([
      { id: 1, name: '/b', status: 'diff_not_found' },
      { id: 2, name: '/z' },
      { id: 3, name: '/a', status: 'failed' },
      { id: 4, name: '/c', status: 'diff_approved', verdict: 'approved' },
    ]);
    expect(store.state.order).toEqual([3, 4, 2, 1]);
    expect(store.state).toMatchObject({ failedCount: 1, differenceCount: 2 });
    expect(store.state.counts).toMatchObject({ total: 4, differs: 2, undecided: 1, approved: 1, same: 1 });
  });

  it('keeps the order while verdicts and facts change, and collects what came late', () => {
    const store = loaded([{ id: 1 }, { id: 2, status: 'data_pending' }, { id: 3, status: 'diff_not_found' }]);
    const { order } = store.state;
    store.patch(
      anAnswer([
        { id: 1, verdict: 'approved', status: 'diff_approved', version: 11 },
        { id: 2, version: 12, factsVersion: 12 },
        { id: 9, version: 13, status: 'no_diff_needed' },
      ]),
    );
    expect(store.state.order).toBe(order);
    expect(store.state.late).toEqual({ differences: 1, others: 1 });
    expect(lateWords(store.state.late)).toBe('1 new difference');
    expect(store.state.counts).toMatchObject({ total: 4, undecided: 1, approved: 1, waiting: 0, new: 1 });
    store.takeOrder();
    expect(store.state.order).toEqual([1, 2, 3, 9]);
    expect(store.state.late).toEqual({ differences: 0, others: 0 });
  });

  it('leaves out rows that are older than what it knows', () => {
    const store = loaded([{ id: 1, version: 20, verdict: 'approved', status: 'diff_approved' }]);
    store.patch(anAnswer([{ id: 1, version: 19 }], { version: 19 }));
    expect(store.row(1)?.verdict).toBe('approved');
    store.setRelease({ ...anAnswer([]).release, version: 3, status: 'bad' });
    expect(store.state.release?.status).toBe('reviewing');
  });

  it('tells only those who look at what changed', () => {
    const store = loaded([{ id: 1 }, { id: 2 }]);
    const heard: string[] = [];
    store.subscribeRow(1, () => heard.push('row 1'));
    store.subscribeRow(2, () => heard.push('row 2'));
    store.subscribe(() => heard.push('all'));
    store.show([2], 'rejected', 'mia', 1);
    expect(heard).toEqual(['row 2', 'all']);
    expect(store.row(2)).toMatchObject({ verdict: 'rejected', verdictBy: 'mia', status: 'diff_found' });
    store.takeBack([2]);
    expect(store.row(2)?.verdict).toBe('none');
  });

  it('knows the runs with exactly the same changes', () => {
    const store = loaded([
      { id: 1, changeSet: 0 },
      { id: 2, changeSet: 0 },
      { id: 3, changeSet: 2 },
      { id: 4, changeSet: 1 },
      { id: 5 },
    ]);
    expect(store.sameChanges(1)).toEqual([1, 2]);
    expect(store.sameChanges(4)).toEqual([4]);
    expect(store.sameChanges(5)).toEqual([]);
    store.patch(anAnswer([{ id: 2, changeSet: 1, version: 30, factsVersion: 30 }]));
    expect(store.sameChanges(1)).toEqual([1]);
  });
});

describe('what is shown', () => {
  const request = { filters: [], text: '', grouping: 'none' } as const;

  it('groups by name prefix and by same changes', () => {
    const store = loaded([
      { id: 1, name: '/cart/a', changeSet: 0 },
      { id: 2, name: '/cart/b', status: 'failed' },
      { id: 3, name: '/home', changeSet: 0 },
      { id: 4, name: 'Button: blue', changeSet: 1 },
      { id: 5, name: 'Button: red' },
    ]);
    const view = (grouping: 'prefix' | 'places') =>
      buildView(store.state, (id) => store.row(id), { ...request, grouping }).map(({ title, ids }) => [
        title,
        ids,
      ]);
    expect(view('prefix')).toEqual([
      ['/cart', [2, 1]],
      ['/home', [3]],
      ['Button', [4, 5]],
    ]);
    expect(view('places')).toEqual([
      ['Failed', [2]],
      ['Exactly the same changes', [1, 3]],
      ['Other changes', [4, 5]],
    ]);
    expect(namePrefix('')).toBe('');
    expect(namePrefix('/')).toBe('/');
  });

  it('lets a decided run stay under a filter until it is asked for again', () => {
    const store = loaded([{ id: 1 }, { id: 2 }]);
    const keeper = new ViewKeeper();
    const ids = (filters: ('undecided' | 'differs')[]) =>
      keeper
        .sections(store.state, (id) => store.row(id), { ...request, filters })
        .flatMap((section) => section.ids);
    expect(ids(['undecided'])).toEqual([1, 2]);
    store.show([1], 'approved', null, 0);
    expect(ids(['undecided'])).toEqual([1, 2]);
    expect(ids([])).toEqual([1, 2]);
    expect(ids(['undecided'])).toEqual([2]);
  });

  it('filters by every state', () => {
    const store = loaded([
      { id: 1 },
      { id: 2, verdict: 'approved', status: 'diff_approved' },
      { id: 3, verdict: 'rejected' },
      { id: 4, status: 'needs_diff' },
      { id: 5, status: 'no_diff_needed' },
    ]);
    const ids = (filter: Parameters<typeof fits>[1]) =>
      [...store.rows()].filter((row) => fits(row, filter)).map(({ id }) => id);
    expect(ids('differs')).toEqual([1, 2, 3]);
    expect(ids('undecided')).toEqual([1]);
    expect(ids('rejected')).toEqual([3]);
    expect(ids('waiting')).toEqual([4]);
    expect(ids('new')).toEqual([5]);
  });

  it('searches 10,000 names in one pass', () => {
    const store = loaded(Array.from({ length: 10_000 }, (_, index) => ({ id: index + 1 })));
    const [section] = buildView(store.state, (id) => store.row(id), { ...request, text: ' PAGE-0999 ' });
    expect(section?.ids).toHaveLength(10);
  });
});

describe('missing pages', () => {
  const entry = (name: string, renamedTo: [name: string, runId: number] | null = null) => ({
    name,
    verdict: 'undecided' as const,
    verdictBy: null,
    verdictAt: null,
    baselineRunId: null,
    baselineReleaseId: null,
    renamedTo: renamedTo?.[0] ?? null,
    renamedRunId: renamedTo?.[1] ?? null,
  });
  const answer = (missing: ReturnType<typeof entry>[], version = 10) => ({
    release: { version, status: 'reviewing' as const },
    baselineReleases: [],
    missing,
  });
  const request = { filters: [], text: '', grouping: 'none' } as const;

  it('follow the differences; a renamed one takes the place of its new run', () => {
    const store = loaded([
      { id: 1 },
      { id: 2, name: '/offers', status: 'no_diff_needed' },
      { id: 3, status: 'diff_not_found' },
    ]);
    store.missing.load(answer([entry('/gone'), entry('/offer')]));
    const before = store.missing.state.order;
    const view = (over: Partial<Parameters<typeof withMissing>[2]> = {}) => {
      const wanted = { ...request, ...over };
      const pages = store.missing.state.order.map((id) => store.missing.page(id)!);
      return withMissing(
        buildView(store.state, (id) => store.row(id), wanted),
        pages,
        wanted,
      ).map(({ title, ids }) => [title, ids.length]);
    };
    expect(view()).toEqual([
      ['Differences', 1],
      ['Missing', 2],
      ['Everything else', 2],
    ]);
    store.missing.load(answer([entry('/gone'), entry('/offer', ['/offers', 2])], 11));
    expect(store.missing.state.order).not.toBe(before);
    expect(store.missing.state.counts).toEqual({ missing: 1, undecided: 1, renamed: 1 });
    expect(view()).toEqual([
      ['Differences', 1],
      ['Renamed', 1],
      ['Missing', 1],
      ['Everything else', 1],
    ]);
    expect(view({ filters: ['missing'] })).toEqual([
      ['Renamed', 1],
      ['Missing', 1],
    ]);
    expect(view({ filters: ['new'] })).toEqual([['Everything else', 1]]);
    expect(view({ text: '/offers' })).toEqual([['Renamed', 1]]);
  });

  it('that may still come are not missing', () => {
    const store = loaded([{ id: 1 }]);
    store.missing.load({ ...answer([entry('/late')]), release: { version: 10, status: 'receiving' } });
    expect(store.missing.size).toBe(0);
  });
});

describe('words', () => {
  it('says how many of how many', () => {
    const store = loaded([
      { id: 1 },
      { id: 2, verdict: 'approved', status: 'diff_approved' },
      { id: 3, status: 'failed' },
      { id: 4, status: 'data_pending' },
    ]);
    expect(headline(store.state.counts)).toBe('2 of 4 differ, 1 undecided, 1 failed, 1 waiting');
    expect(headline(store.state.counts, { missing: 2, renamed: 0 })).toBe(
      '2 of 4 differ, 1 undecided, 1 failed, 1 waiting, 2 missing',
    );
    expect(progressWords(store.state.counts)).toBe('3 of 4 compared · 1 waiting');
    expect(headline(loaded([{ id: 1, status: 'failed' }]).state.counts)).toBe('1 of 1 failed');
    expect(headline(loaded([{ id: 1, status: 'diff_not_found' }]).state.counts)).toBe(
      'The run looks the same',
    );
  });

  it('never shows a difference as 0 %', () => {
    const row = (over: object) => differenceFigures(loaded([{ id: 1, ...over }]).row(1)!);
    expect(row({ diffRatio: 0.000001, changedPixels: 1 })).toBe('< 0.01 % · 1 px · 1 region');
    expect(row({ diffRatio: null, distortion: 0, changedPixels: null, regionCount: null })).toBe('< 0.01 %');
    expect(row({ diffRatio: 0.0124, changedPixels: 12_480, regionCount: 3 })).toBe(
      '1.24 % · 12,480 px · 3 regions',
    );
  });

  it('says that things moved instead of how many pixels that changed', () => {
    const row = (over: object) =>
      differenceFigures(loaded([{ id: 1, diffRatio: 0.1376, changedPixels: 1_306_392, ...over }]).row(1)!);
    expect(row({ moveSummary: 'moved_and_changed', changeCount: 2 })).toBe('13.76 % · moved, 2 changes');
    expect(row({ moveSummary: 'moved', changeCount: 1 })).toBe('13.76 % · moved');
    expect(row({ moveSummary: 'reflow', changeCount: 24 })).toBe('13.76 % · reflowed');
    expect(row({ moveSummary: 'changed', changeCount: 1 })).toBe('13.76 % · 1,306,392 px · 1 region');
  });
});
