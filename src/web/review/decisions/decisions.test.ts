import { beforeEach, describe, expect, it } from 'vitest';
import { anAnswer, aRelease, type RunSample } from '../../../../test/support/release-answers.ts';
import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import { AppError } from '../../../base/errors.ts';
import type { Release } from '../api/shapes.ts';
import { ReleaseStore } from '../runs/release-store.ts';
import { actorName } from './actor-name.ts';
import { Decisions } from './decisions.ts';
import type { DecisionsPort, Notice, VerdictResult } from './port.ts';

const key = { buildId: 1, releaseName: 'r01', releaseNumber: 1 };
const unreachable = () => new AppError('unavailable', 'The server is not responding.');

/** A server that keeps verdicts by the rules of the real one. */
class Server implements DecisionsPort {
  version = 10;
  runs = new Map<number, { verdict: Verdict; by: string | null; version: number; factsVersion: number }>();
  release: Release = aRelease();
  asked: { operationId: string; ids: number[] }[] = [];
  done = new Map<string, VerdictResult[]>();
  failWith: (() => Error) | null = null;
  /** The answer is lost after the work was done. */
  losesAnswers = false;

  /** Versions of the verdicts on each run that were not undone. */
  live = new Map<number, number[]>();

  judge(id: number, verdict: Verdict, by: string): void {
    this.runs.set(id, { ...this.runs.get(id)!, verdict, by, version: ++this.version });
    this.live.set(id, [...(this.live.get(id) ?? []), this.version]);
  }

  async judgeRuns({ operationId, runs }: Parameters<DecisionsPort['judgeRuns']>[0]) {
    this.asked.push({ operationId, ids: runs.map(({ runId }) => runId) });
    if (this.failWith !== null) throw this.failWith();
    const results = this.done.get(operationId) ?? runs.map((run) => this.#judgeOne(run));
    this.done.set(operationId, results);
    if (this.losesAnswers) throw unreachable();
    return { release: { ...this.release, version: this.version }, results };
  }

  async undo({ operationId }: Parameters<DecisionsPort['undo']>[0]) {
    if (this.failWith !== null) throw this.failWith();
    const keptRunIds: number[] = [];
    let undone = 0;
    for (const { runId, outcome, version, previousVerdict } of this.done.get(operationId) ?? []) {
      const live = this.live.get(runId) ?? [];
      if (outcome !== 'changed' || !live.includes(version)) continue;
      if (live.at(-1) !== version) keptRunIds.push(runId);
      else {
        live.pop();
        undone++;
        const by = previousVerdict === 'none' ? null : 'ada';
        const run = this.runs.get(runId)!;
        this.runs.set(runId, { ...run, verdict: previousVerdict, by, version: ++this.version });
      }
    }
    const samples = [...this.runs].map(([id, { verdict, by, version, factsVersion }]) => ({
      ...{ id, verdict, version, factsVersion, verdictBy: by },
      verdictAt: verdict === 'none' ? null : 55_000,
      status: verdict === 'approved' ? ('diff_approved' as const) : ('diff_found' as const),
    }));
    return { undone, keptRunIds, changes: anAnswer(samples, { ...this.release, version: this.version }) };
  }

  #judgeOne({
    runId,
    verdict,
    version,
  }: {
    runId: number;
    verdict: Verdict;
    version?: number;
  }): VerdictResult {
    const run = this.runs.get(runId);
    const answer = (outcome: string, previousVerdict: Verdict = 'none'): VerdictResult => {
      const now = this.runs.get(runId);
      return {
        runId,
        outcome,
        verdict: now?.verdict ?? 'none',
        verdictBy: now?.by ?? null,
        verdictAt: now === undefined || now.verdict === 'none' ? null : 55_000,
        version: now?.version ?? 0,
        previousVerdict,
      };
    };
    if (run === undefined) return answer('not_found');
    if (version !== undefined && run.factsVersion > version) return answer('conflict', run.verdict);
    if (run.verdict === verdict) return answer('unchanged', run.verdict);
    if (version !== undefined && run.version > version) return answer('conflict', run.verdict);
    this.judge(runId, verdict, 'ada');
    return answer('changed', run.verdict);
  }

  pages = new Map<string, MissingVerdict>();

  async judgePages({ names, verdict }: Parameters<DecisionsPort['judgePages']>[0]) {
    if (this.failWith !== null) throw this.failWith();
    for (const name of names) this.pages.set(name, verdict);
    return { release: { ...this.release, version: ++this.version } };
  }

  /** Where it is not the release that is marked good. */
  baseline: Release | null = null;

  async decideRelease({ decision, exceptRejected }: Parameters<DecisionsPort['decideRelease']>[0]) {
    if (this.failWith !== null) throw this.failWith();
    const rejected = [...this.runs.values()].filter(({ verdict }) => verdict === 'rejected').length;
    if (decision === 'good' && rejected > 0 && exceptRejected !== true) {
      throw new AppError('conflict', 'No.', { details: { httpStatus: 409, rejected } });
    }
    const status = decision === 'reopen' ? 'reviewing' : decision;
    this.release = { ...this.release, status, version: ++this.version, statusVersion: this.version };
    return { release: this.release, baseline: this.baseline ?? (decision === 'good' ? this.release : null) };
  }
}

let server: Server;
let store: ReleaseStore;
let kept: Map<string, string>;
let notices: Notice[];
let timers: (() => void)[];

const storage = {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
  removeItem: (name: string) => void kept.delete(name),
};

function open(samples: readonly RunSample[] = [{ id: 1 }, { id: 2 }, { id: 3 }]): Decisions {
  store = new ReleaseStore();
  store.load(anAnswer(samples));
  for (const { id, version } of store.rows()) {
    if (!server.runs.has(id))
      server.runs.set(id, { verdict: 'none', by: null, version, factsVersion: version });
  }
  return new Decisions(store, key, server, {
    notify: (notice) => notices.push(notice),
    actorName,
    now: () => 60_000,
    later: (_ms, call) => {
      timers.push(call);
      return () => undefined;
    },
    storage,
  });
}

/** Until everything that can be sent was sent. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

const lastWords = () => notices.at(-1)?.words;
const press = (label: string) =>
  notices
    .at(-1)!
    .actions.find((action) => action.label === label)!
    .act();
const verdicts = () => [...server.runs.values()].map(({ verdict }) => verdict);

beforeEach(() => {
  server = new Server();
  kept = new Map();
  notices = [];
  timers = [];
});

describe('verdicts', () => {
  it('are on screen before the server answers, and say so', async () => {
    const decisions = open();
    expect(decisions.judge([1], 'approved').ids).toEqual([1]);
    expect(store.row(1)).toMatchObject({ verdict: 'approved', status: 'diff_approved' });
    expect(store.isSaving(1)).toBe(true);
    expect(lastWords()).toBe('Approved /page-00001.');
    await quiet();
    expect(store.isSaving(1)).toBe(false);
    expect(store.row(1)?.verdictBy).toBe('ada');
    expect(verdicts()).toEqual(['approved', 'none', 'none']);
  });

  it('go back with a reason when the server refuses, and can be tried again', async () => {
    const decisions = open();
    server.failWith = () => new AppError('internal', 'The disk is full.', { details: { httpStatus: 500 } });
    decisions.judge([1], 'approved');
    await quiet();
    expect(store.row(1)?.verdict).toBe('none');
    expect(notices.at(-1)).toMatchObject({ tone: 'problem', words: 'Not saved: The disk is full.' });
    expect(decisions.state.canUndo).toBe(false);
    server.failWith = null;
    press('Try again');
    await quiet();
    expect(verdicts()[0]).toBe('approved');
    expect(decisions.undo()?.runIds).toEqual([1]);
  });

  it('one after the other about one run build on each other', async () => {
    const decisions = open();
    decisions.judge([1], 'approved');
    decisions.judge([1], 'rejected');
    decisions.judge([1], 'approved');
    await quiet();
    expect(verdicts()[0]).toBe('approved');
    expect(server.asked).toHaveLength(3);
    expect(notices.every(({ tone }) => tone === 'done')).toBe(true);
  });

  it('do nothing where there is nothing to do, and say why', () => {
    const decisions = open([
      { id: 1, verdict: 'approved', status: 'diff_approved', verdictBy: 'mia' },
      { id: 2, status: 'diff_not_found' },
    ]);
    decisions.judge([1], 'approved');
    expect(lastWords()).toBe('Already approved by mia.');
    decisions.judge([2], 'approved');
    expect(lastWords()).toBe('This run does not differ, so there is nothing to decide.');
    expect(server.asked).toEqual([]);
  });
});

describe('others', () => {
  it('who decided otherwise are named, and can be overruled', async () => {
    const decisions = open();
    server.judge(1, 'approved', 'mia');
    decisions.judge([1], 'rejected');
    await quiet();
    expect(lastWords()).toBe('mia approved /page-00001 just now.');
    expect(store.row(1)).toMatchObject({ verdict: 'approved', verdictBy: 'mia' });
    expect(decisions.state.canUndo).toBe(false);
    press('Reject anyway');
    await quiet();
    expect(verdicts()[0]).toBe('rejected');
  });

  it('who decided the same leave nothing to do', async () => {
    const decisions = open();
    server.judge(1, 'approved', 'mia');
    decisions.judge([1], 'approved');
    await quiet();
    expect(lastWords()).toBe('Already approved by mia.');
    expect(decisions.state.canUndo).toBe(false);
  });

  it('an image that changed is not judged unseen', async () => {
    const decisions = open();
    server.runs.set(1, { verdict: 'none', by: null, version: 40, factsVersion: 40 });
    decisions.judge([1], 'approved');
    await quiet();
    expect(lastWords()).toBe('/page-00001 changed after you viewed it. Review it again.');
    expect(store.row(1)?.verdict).toBe('none');
  });
});

describe('many at once', () => {
  it('are one operation and one undo, and each goes back to what it was', async () => {
    const decisions = open([{ id: 1 }, { id: 2, verdict: 'rejected' }, { id: 3 }]);
    server.runs.get(2)!.verdict = 'rejected';
    decisions.judge([1, 2, 3], 'approved');
    expect(lastWords()).toBe('Approved 3 runs.');
    await quiet();
    expect(server.asked).toHaveLength(1);
    expect(verdicts()).toEqual(['approved', 'approved', 'approved']);
    expect(decisions.undo()?.runIds).toEqual([1, 2, 3]);
    await quiet();
    expect(verdicts()).toEqual(['none', 'rejected', 'none']);
    expect([...store.rows()].map((row) => row.verdict)).toEqual(['none', 'rejected', 'none']);
    expect(lastWords()).toBe('Undone.');
  });

  it('name those that were not done, and undo only those that were', async () => {
    const decisions = open();
    server.judge(2, 'rejected', 'mia');
    decisions.judge([1, 2, 3], 'approved');
    await quiet();
    expect(lastWords()).toBe('Approved 2 runs. Not: /page-00002 (rejected by mia).');
    decisions.undo();
    await quiet();
    expect(verdicts()).toEqual(['none', 'rejected', 'none']);
  });

  it('same changes: only those that nobody has judged', () => {
    const decisions = open([
      { id: 1, changeSet: 0 },
      { id: 2, changeSet: 0, verdict: 'rejected' },
      { id: 3, changeSet: 0 },
    ]);
    expect(decisions.sameChanges(1)).toEqual([1, 3]);
  });
});

describe('undo', () => {
  it('works after a reload, the newest first, and is refused when somebody judged since', async () => {
    const before = open();
    before.judge([1], 'approved');
    before.judge([2], 'rejected');
    await quiet();
    const decisions = open([
      { id: 1, verdict: 'approved', status: 'diff_approved', version: 11 },
      { id: 2, verdict: 'rejected', version: 12 },
      { id: 3 },
    ]);
    expect(decisions.undo()?.runIds).toEqual([2]);
    await quiet();
    expect(verdicts()).toEqual(['approved', 'none', 'none']);
    server.judge(1, 'rejected', 'mia');
    expect(decisions.undo()?.runIds).toEqual([1]);
    await quiet();
    expect(verdicts()[0]).toBe('rejected');
    expect(lastWords()).toBe('mia rejected /page-00001 just now. Not undone.');
    expect(decisions.undo()).toBeNull();
  });

  it('reopens a release that became good by itself, and no other', async () => {
    const decisions = open();
    decisions.judge([1], 'approved');
    await quiet();
    server.release = aRelease({ status: 'good', decidedBy: 'server' });
    decisions.judge([2], 'approved');
    await quiet();
    expect(store.state.release?.status).toBe('good');
    decisions.undo();
    await quiet();
    expect([server.release.status, ...verdicts()]).toEqual(['reviewing', 'approved', 'none', 'none']);
    server.release = aRelease({ status: 'good', decidedBy: 'user:mia/Mia' });
    decisions.judge([3], 'approved');
    await quiet();
    decisions.undo();
    await quiet();
    expect(server.release.status).toBe('good');
  });

  it('takes back a decision on a change, in the order of all decisions, also after a reload', async () => {
    const before = open();
    const { results } = await server.judgeRuns({
      operationId: 'change',
      runs: [1, 2].map((runId) => ({ runId, verdict: 'approved' })),
    });
    before.changeDecided(
      { fingerprint: 'fp1:ab', operationId: 'change', release: server.release },
      'Approved 2 runs.',
    );
    expect(lastWords()).toBe('Approved 2 runs.');
    const decisions = open(
      results.map(({ runId, version }) => ({
        ...{ id: runId, verdict: 'approved', status: 'diff_approved', version },
      })),
    );
    server.judge(2, 'rejected', 'mia');
    expect(decisions.undo()).toEqual({ runIds: [], fingerprint: 'fp1:ab' });
    await quiet();
    expect(verdicts().slice(0, 2)).toEqual(['none', 'rejected']);
    expect(lastWords()).toBe('Undone: 1 run. 1 run decided since keeps its verdict.');
    expect(decisions.undo()).toBeNull();
  });

  it('of a decision on a change reopens the release that became good by it', async () => {
    const decisions = open();
    server.release = aRelease({ status: 'good', decidedBy: 'server' });
    decisions.changeDecided(
      { fingerprint: 'fp1:ab', operationId: 'change', release: server.release },
      'Approved 2 runs.',
    );
    decisions.undo();
    await quiet();
    expect(server.release.status).toBe('reviewing');
  });

  it('keeps the last 50 decisions', async () => {
    const decisions = open();
    for (let count = 0; count < 60; count++) decisions.judge([1], count % 2 === 0 ? 'approved' : 'rejected');
    await quiet();
    let undone = 0;
    while (decisions.undo() !== null) undone++;
    expect(undone).toBe(50);
  });
});

describe('missing pages', () => {
  const said = () => [...server.pages.values()];
  const openMissing = () => {
    const decisions = open();
    store.missing.load({
      release: { version: 10, status: 'reviewing' },
      baselineReleases: [],
      missing: ['/b', '/a'].map((name) => ({
        name,
        verdict: server.pages.get(name) ?? 'undecided',
        verdictBy: null,
        verdictAt: null,
        baselineRunId: null,
        baselineReleaseId: null,
        renamedTo: null,
        renamedRunId: null,
      })),
    });
    return decisions;
  };
  const ids = () => store.missing.state.order;

  it('are judged, counted and undone, each back to what it was, also after a reload', async () => {
    const before = openMissing();
    expect(before.questionBeforeGood()).toMatchObject({ missing: 2 });
    before.judgePages(ids().slice(0, 1), 'rejected');
    expect(lastWords()).toBe('/a must come back.');
    expect(store.missing.page(ids()[0]!)).toMatchObject({ name: '/a', verdict: 'rejected' });
    expect(before.judgePages(ids(), 'confirmed').ids).toHaveLength(2);
    expect(lastWords()).toBe('Removal of 2 pages confirmed.');
    expect(store.missing.state.counts).toEqual({ missing: 0, undecided: 0, renamed: 0 });
    await quiet();
    expect(said()).toEqual(['confirmed', 'confirmed']);
    const decisions = openMissing();
    expect(decisions.undo()?.runIds).toHaveLength(2);
    await quiet();
    expect(Object.fromEntries(server.pages)).toEqual({ '/a': 'rejected', '/b': 'undecided' });
    expect(store.missing.state.counts).toEqual({ missing: 2, undecided: 1, renamed: 0 });
    decisions.judgePages(ids().slice(1), 'undecided');
    expect(lastWords()).toBe('There is no verdict to undo.');
  });

  it('go back with a reason when the server refuses, and wait while it is away', async () => {
    const decisions = openMissing();
    server.failWith = () => new AppError('invalid_transition', 'Release "r" number 1 is good.');
    decisions.judgePages(ids(), 'confirmed');
    await quiet();
    expect(lastWords()).toBe('Not saved: Release "r" number 1 is good.');
    expect(store.missing.state.counts).toEqual({ missing: 2, undecided: 2, renamed: 0 });
    server.failWith = unreachable;
    decisions.judgePages(ids(), 'confirmed');
    await quiet();
    expect(store.missing.state.counts).toEqual({ missing: 0, undecided: 0, renamed: 0 });
    server.failWith = null;
    decisions.retryNow();
    await quiet();
    expect(said()).toEqual(['confirmed', 'confirmed']);
  });

  it('that arrive late wait for the person who looks', () => {
    openMissing();
    const answer = (names: string[], version: number) => ({
      release: { version, status: 'reviewing' as const },
      baselineReleases: [],
      missing: names.map((name) => ({
        ...{ name, verdict: 'undecided' as const, verdictBy: null, verdictAt: null },
        ...{ baselineRunId: null, baselineReleaseId: null, renamedTo: null, renamedRunId: null },
      })),
    });
    store.missing.load(answer(['/a', '/aa', '/b'], 11));
    expect(store.missing.state).toMatchObject({ late: 1, counts: { missing: 3 } });
    expect(ids()).toHaveLength(2);
    store.missing.takeOrder();
    expect(ids().map((id) => store.missing.page(id)?.name)).toEqual(['/a', '/aa', '/b']);
    store.missing.load(answer(['/b'], 12));
    expect(ids().map((id) => store.missing.page(id)?.name)).toEqual(['/b']);
  });
});

describe('without a connection', () => {
  it('decisions wait in order, over a reload, and are sent once', async () => {
    const before = open();
    server.failWith = unreachable;
    before.judge([1], 'approved');
    before.judge([2], 'rejected');
    await quiet();
    expect(before.state).toMatchObject({ waiting: 2, retryAt: 61_000 });
    expect(store.row(2)?.verdict).toBe('rejected');
    server.failWith = null;
    open();
    expect(store.row(1)?.verdict).toBe('approved');
    await quiet();
    expect(verdicts()).toEqual(['approved', 'rejected', 'none']);
    expect(server.asked.slice(-2).map(({ ids }) => ids)).toEqual([[1], [2]]);
    timers[0]!();
    await quiet();
    expect(verdicts()).toEqual(['approved', 'rejected', 'none']);
  });

  it('an answer that was lost does not decide twice', async () => {
    const decisions = open();
    server.losesAnswers = true;
    decisions.judge([1], 'approved');
    await quiet();
    server.losesAnswers = false;
    decisions.retryNow();
    await quiet();
    expect(decisions.state.waiting).toBe(0);
    expect(new Set(server.asked.map(({ operationId }) => operationId)).size).toBe(1);
    expect(store.row(1)?.version).toBe(11);
    decisions.undo();
    await quiet();
    expect(verdicts()[0]).toBe('none');
  });

  it('what was never sent is undone here', async () => {
    const decisions = open();
    server.failWith = unreachable;
    decisions.judge([1], 'approved');
    await quiet();
    decisions.judge([2], 'approved');
    decisions.undo();
    expect(store.row(2)?.verdict).toBe('none');
    expect(decisions.state.waiting).toBe(1);
  });
});

describe('the release', () => {
  it('asks before it is marked good while something is open, and undo reopens it', async () => {
    const decisions = open([{ id: 1 }, { id: 2, verdict: 'rejected' }, { id: 3, status: 'data_pending' }]);
    expect(decisions.questionBeforeGood()).toEqual({
      undecided: 1,
      partlyApproved: 0,
      needed: 1,
      rejected: 1,
      failed: 0,
      waiting: 1,
      newUndecided: 0,
      renamed: 0,
      missing: 0,
      unseen: 0,
      version: 10,
    });
    server.judge(2, 'rejected', 'mia');
    decisions.decideRelease('good');
    await quiet();
    expect(store.state.release?.status).not.toBe('good');
    expect(lastWords()).toBe('Not marked good: 1 run is rejected.');
    press('Good except rejected');
    await quiet();
    expect(store.state.release?.status).toBe('good');
    expect(lastWords()).toBe('Marked good. It is now the baseline, except for rejected pages.');
    press('Undo');
    await quiet();
    expect(server.release.status).toBe('reviewing');
  });

  it('says what the baseline is when a newer release stays it', async () => {
    const decisions = open();
    decisions.decideRelease('good');
    await quiet();
    expect(lastWords()).toBe('Marked good. It is now the baseline.');
    server.baseline = { ...server.release, id: 99, name: 'later', number: 3 };
    decisions.decideRelease('good');
    await quiet();
    expect(lastWords()).toBe('Marked good. The baseline remains later #3, a newer release.');
  });

  it('says what arrived, or who was quicker', async () => {
    const decisions = open();
    const conflict = (details: object) => () =>
      new AppError('conflict', 'Review again.', { details: { httpStatus: 409, ...details } });
    server.failWith = conflict({ new_differences: 2 });
    decisions.decideRelease('good');
    await quiet();
    expect(lastWords()).toBe('2 new differences arrived. Review them first.');
    server.failWith = conflict({ status: 'bad', decided_by: 'mia' });
    decisions.decideRelease('good');
    await quiet();
    expect(lastWords()).toBe('mia has already marked this release bad.');
    expect(decisions.state.releaseDecision).toBeNull();
  });
});
