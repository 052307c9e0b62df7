import { parseDocument } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { differing, sampleOutcome, sampleResult, sampleRun } from '../../test/support/sample-outcome.ts';
import type { ReleaseStatus } from '../domain/releases/release.ts';
import { judgeOutcome } from './judge-outcome.ts';
import { toJson } from './json-report.ts';
import { toJUnitXml } from './junit-report.ts';
import type { ReleaseOutcome } from './release-outcome.ts';
import type { ReviewRules } from './review-rules.ts';
import { escapeMarkdown, toMarkdown } from './summary-markdown.ts';

const source = { branch: 'main', commit: null, ciUrl: null };
const hostile = '<img src=x onerror=alert(1)> [a](javascript:b) `|` @you #1 ](x';

function reportOf(outcome: Partial<ReleaseOutcome>) {
  const whole = sampleOutcome(outcome);
  return {
    tool: 'site-diff',
    outcome: whole,
    source,
    crawl: null,
    judgement: judgeOutcome(whole, { allowNoBaseline: false }),
  };
}

const mixed = reportOf({
  result: sampleResult(
    { same: 1, undecided: 1, new: 1, failed: 1 },
    {
      runs: [
        sampleRun({ name: hostile, ...differing }),
        sampleRun({
          name: '/gone',
          status: 'failed',
          distortion: null,
          failureReason: 'http_status',
          failureMessage: `The page returned status 404 \u0007 ${hostile}`,
        }),
        sampleRun({ name: '/new', status: 'no_diff_needed', distortion: null }),
        sampleRun({ name: '/same' }),
      ],
    },
  ),
});

interface Element {
  name: string;
  attribs: Record<string, string>;
  children: Element[];
}

function elements(xml: string, name: string): Element[] {
  const visit = (node: Element): Element[] => [
    ...(node.name === name ? [node] : []),
    ...(node.children ?? []).flatMap(visit),
  ];
  return visit(parseDocument(xml, { xmlMode: true }) as unknown as Element);
}

it('JUnit: a difference is a failure, a failure an error, a run without baseline is skipped', () => {
  const xml = toJUnitXml(mixed);
  const [suite] = elements(xml, 'testsuite');
  expect(suite!.attribs).toMatchObject({
    name: 'main 0123 #2',
    tests: '4',
    failures: '1',
    errors: '1',
    skipped: '1',
    time: '1.500',
  });
  const cases = elements(xml, 'testcase');
  expect(cases.map(({ attribs }) => attribs.name)).toEqual([hostile, '/gone', '/new', '/same']);
  expect(elements(xml, 'failure')[0]!.attribs).toMatchObject({
    type: 'differs',
    message: expect.stringMatching(
      /^Distortion 0\.250000: 1,200 pixels \(1\.50 %\) in 2 regions changed\. http/,
    ) as string,
  });
  expect(elements(xml, 'error')[0]!.attribs).toMatchObject({ type: 'http_status' });
  expect(xml).not.toMatch(/<img|\u0007/);
});

it('JUnit: a release without any result is an error, one that was marked good has none', () => {
  const none = toJUnitXml(reportOf({ release: null, resultsUrl: null }));
  expect(elements(none, 'error')[0]!.attribs).toMatchObject({ type: 'exit_status_4' });
  const runs = [sampleRun({ name: '/', ...differing })];
  const good = toJUnitXml(reportOf({ result: sampleResult({ undecided: 1 }, { status: 'good', runs }) }));
  expect(elements(good, 'testcase')).toHaveLength(1);
  expect([...elements(good, 'failure'), ...elements(good, 'error')]).toEqual([]);
  const bad = toJUnitXml(reportOf({ result: sampleResult({ same: 1 }, { status: 'bad' }) }));
  expect(elements(bad, 'error')[0]!.attribs).toMatchObject({ type: 'exit_status_1' });
});

it('every report says who decided, and why', () => {
  const decided = reportOf({
    result: sampleResult(
      { undecided: 1 },
      {
        status: 'good',
        decidedBy: 'ada@example.com',
        decisionNote: hostile,
        runs: [sampleRun({ name: '/', ...differing })],
      },
    ),
  });
  const properties = elements(toJUnitXml(decided), 'property').map(({ attribs }) => attribs);
  expect(properties).toEqual([
    { name: 'results_url', value: decided.outcome.resultsUrl },
    { name: 'status', value: 'good' },
    { name: 'decided_by', value: 'ada@example.com' },
    { name: 'decision_note', value: hostile },
  ]);
  expect(JSON.parse(toJson(decided))).toMatchObject({
    exit_status: 0,
    status: 'good',
    decided_by: 'ada@example.com',
    decision_note: hostile,
  });
  const text = toMarkdown(decided);
  expect(text).toContain('The release was marked good by ada&#64;example.com: &#60;img src=x');
  expect(text).not.toContain('<img');
});

describe.each(['reviewing', 'good', 'bad'] as const)(
  'a run that the server refused, of a release that is %s',
  (status) => {
    const refused = reportOf({
      refusals: [{ name: hostile, message: 'run_name must be one line of text.' }],
      result: sampleResult({ same: 1 }, { status, runs: [sampleRun({ name: '/same' })] }),
    });

    it('is a failure in every report, and of the command', () => {
      expect(refused.judgement.status).toBe(3);
      const xml = toJUnitXml(refused);
      expect(elements(xml, 'testsuite')[0]!.attribs).toMatchObject({
        tests: '2',
        errors: '1',
        failures: '0',
      });
      expect(elements(xml, 'error')[0]!.attribs).toMatchObject({
        type: 'refused',
        message: expect.stringMatching(/^refused: run_name must be one line of text\. http/) as string,
      });
      expect(JSON.parse(toJson(refused))).toMatchObject({
        exit_status: 3,
        counts: { total: 2, same: 1, failed: 1 },
        runs: [
          { name: '/same', state: 'same' },
          { name: hostile, state: 'failed', failure_reason: 'refused' },
        ],
      });
      const text = toMarkdown(refused);
      expect(text).toMatch(/^### ❌/);
      expect(text).toContain('| 2 | 0 | 0 | 0 | 1 | 0 | 1 | 0 |');
      expect(text).toMatch(/\| failed \| refused: run&#95;name must be one line of text\. \|/);
    });
  },
);

it('JSON: in the words of the API', () => {
  expect(JSON.parse(toJson(mixed))).toMatchObject({
    version: 1,
    tool: 'site-diff',
    build_id: 1,
    release_number: 2,
    branch: 'main',
    ci_url: null,
    exit_status: 3,
    counts: { total: 4, undecided: 1 },
    runs: [{ name: hostile, state: 'differs', changed_pixels: 1200 }, {}, {}, { state: 'same' }],
  });
  expect(JSON.parse(toJson(reportOf({})))).toMatchObject({ status: null, counts: null, runs: null });
});

it('the names of changes are in every report, escaped', () => {
  const changes = ['a: text "<b>|" → "[x](y)"', 'and 2 more'];
  const report = reportOf({
    result: sampleResult({ undecided: 1 }, { runs: [sampleRun({ name: '/', ...differing, changes })] }),
  });
  expect(JSON.parse(toJson(report))).toMatchObject({ runs: [{ changes }] });
  const words = 'a: text &quot;&lt;b&gt;|&quot; → &quot;[x](y)&quot; · and 2 more';
  expect(toJUnitXml(report)).toContain(words);
  const row = toMarkdown(report)
    .split('\n')
    .find((line) => line.startsWith('| ['));
  expect(row).toContain('a: text &#34;&#60;b&#62;&#124;&#34; → &#34;&#91;x&#93;(y)&#34; · and 2 more |');
});

it('what follows the names of changes is set off from them', () => {
  const run = sampleRun({
    ...{ name: '/', ...differing, resultsUrl: 'http://server/run' },
    ...{ changes: ['nav > span: removed'], incompleteCount: 2 },
    baseline: {
      reason: 'Compared with release "main" #1.',
      rule: null,
      releaseName: null,
      releaseNumber: null,
    },
  });
  const xml = toJUnitXml(reportOf({ result: sampleResult({ undecided: 1 }, { runs: [run] }) }));
  const [failure] = elements(xml, 'failure');
  expect(failure!.attribs['message']).toContain('nav > span: removed · 2 parts of the page did not load.');
  expect(failure!.attribs['message']).toContain(
    'did not load. Compared with release "main" #1. http://server/run',
  );
});

it('what moved is in every report, and a change of several runs comes once before them', () => {
  const moves = 'moved down 64 px, 1 added, 0 changed';
  const changes = [{ id: '3f9c2a', words: 'a: text "x" → "<b>"', runs: ['/', '/a'] }];
  const result = sampleResult(
    { undecided: 1 },
    { runs: [sampleRun({ name: '/', ...differing, moves })], changes },
  );
  const report = reportOf({ result });
  expect(JSON.parse(toJson(report))).toMatchObject({ runs: [{ moves }], changes });
  expect(toJUnitXml(report)).toContain(' Moved down 64 px, 1 added, 0 changed.');
  expect(toMarkdown(report)).toContain(' Moved down 64 px, 1 added, 0 changed. |');
  expect(toMarkdown(report)).toContain('- 2 runs: a: text &#34;x&#34; → &#34;&#60;b&#62;&#34;');
});

it('Markdown: names and messages cannot become markup', () => {
  const text = toMarkdown(mixed);
  expect(text).toMatch(/^### ❌ dpxdt site-diff: main 0123 &#35;2\n/);
  expect(text).toContain('| 4 | 1 | 0 | 0 | 1 | 1 | 1 | 0 |');
  expect(text).not.toContain('/same');
  const rows = text.split('\n').filter((line) => line.startsWith('| ['));
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row.match(/(?<!\\)\|/g), row).toHaveLength(4);
    expect(row.replace(/\]\(http[^)\s]*\)/, '')).not.toMatch(/[<>`@]|\]\(/);
  }
});

const onMain = {
  reason: 'Compared with main at 4f2c1aa (release "main 4f2c1aa" #1), where this branch began.',
  rule: 'walk',
  releaseName: 'main 4f2c1aa',
  releaseNumber: 1,
};
const notThere = { ...onMain, reason: 'New: main at 4f2c1aa had no page of this name.', rule: 'none' };

/** A release that follows git: one run differs, one was approved earlier, one is new, three pages are gone. */
function followingGit(rules: Partial<ReviewRules> = {}, status: ReleaseStatus = 'reviewing') {
  const missing = [
    { name: '/<left>', verdict: 'undecided', renamedTo: null },
    { name: '/needed', verdict: 'rejected', renamedTo: null },
    { name: '/removed', verdict: 'confirmed', renamedTo: null },
    { name: '/old', verdict: 'undecided', renamedTo: '/c' },
  ] as const;
  const verdictOrigin = { releaseName: 'feature 0123', releaseNumber: 4 };
  const runs = [
    sampleRun({ name: '/a', ...differing, baseline: onMain }),
    sampleRun({
      name: '/b',
      ...differing,
      verdict: 'approved',
      status: 'diff_approved',
      baseline: onMain,
      verdictOrigin,
    }),
    sampleRun({ name: '/c', status: 'no_diff_needed', baseline: notThere }),
  ];
  return reportOf({
    result: sampleResult(
      { undecided: 1, approved: 1, new: 1, missing: 3 },
      {
        status,
        rules: { followsGit: true, reviewsNew: true, reviewsMissing: true, ...rules },
        missing: [...missing],
        runs,
      },
    ),
  });
}

describe('a release that follows git', () => {
  it('JSON: every run has its baseline, missing pages have their verdicts', () => {
    expect(JSON.parse(toJson(followingGit()))).toMatchObject({
      exit_status: 1,
      counts: { missing: 3 },
      missing: [
        { name: '/<left>', verdict: 'undecided' },
        { name: '/needed', verdict: 'rejected' },
        { name: '/removed', verdict: 'confirmed' },
        { name: '/old', verdict: 'undecided', renamed_to: '/c' },
      ],
      runs: [
        {
          baseline: { reason: onMain.reason, rule: 'walk', release_name: 'main 4f2c1aa', release_number: 1 },
        },
        { state: 'approved', verdict_origin: { release_name: 'feature 0123', release_number: 4 } },
        { state: 'new', baseline: { reason: notThere.reason } },
      ],
    });
  });

  it.each<[string, ReturnType<typeof followingGit>, (string | null)[]]>([
    ['in review', followingGit(), ['failure', null, 'failure', 'failure', 'failure', 'failure']],
    [
      'where missing pages pass',
      followingGit({ reviewsMissing: false }),
      ['failure', null, 'failure', 'skipped', 'failure', 'skipped'],
    ],
    [
      'where new pages pass',
      followingGit({ reviewsNew: false }),
      ['failure', null, 'skipped', 'failure', 'failure', 'failure'],
    ],
    ['marked good', followingGit({}, 'good'), [null, null, null, 'skipped', 'skipped', 'skipped']],
  ])('JUnit: what is missing or new is a failure unless nobody asks, %s', (_, report, outcomes) => {
    const xml = toJUnitXml(report);
    const cases = elements(xml, 'testcase');
    expect(cases.map(({ attribs }) => attribs.name)).toEqual([
      '/a',
      '/b',
      '/c',
      '/<left>',
      '/needed',
      '/old',
    ]);
    expect(cases.map(({ children }) => children.find(({ name }) => name)?.name ?? null)).toEqual(outcomes);
  });

  it('JUnit: says what is compared with what', () => {
    const messages = elements(toJUnitXml(followingGit()), 'failure').map(({ attribs }) => attribs.message);
    expect(messages[0]).toMatch(/changed\. Compared with main at 4f2c1aa [^]*where this branch began\. http/);
    expect(messages[1]).toMatch(/^New: main at 4f2c1aa had no page of this name\. http/);
    expect(messages[2]).toMatch(/^The baseline has this page, this release does not\. http/);
  });

  it('Markdown: missing pages are rows, earlier verdicts are told, and each baseline once', () => {
    const text = toMarkdown(followingGit());
    expect(text).toContain('| 3 | 1 | 1 | 0 | 0 | 1 | 0 | 3 |');
    expect(text).toMatch(/^\| \[\/&#60;left&#62;\]\(http\S+\) \| missing \| The baseline has this page/m);
    expect(text).toContain('Approved earlier, in &#34;feature 0123&#34; &#35;4.');
    expect(text).toContain('- 2 runs: Compared with main at 4f2c1aa');
    expect(text).toContain('Renamed, it seems: the new page &#34;/c&#34; shows the same.');
    expect(text).not.toContain('/removed');
  });
});

it.each([
  ['plain words, 1.5 % (so far)', 'plain words, 1.5 % (so far)'],
  ['**bold** _it_ ~~no~~', '&#42;&#42;bold&#42;&#42; &#95;it&#95; &#126;&#126;no&#126;&#126;'],
  ['- item', '&#45; item'],
  ['1. item', '1&#46; item'],
  ['http://x.test', 'http&#58;//x.test'],
  ['www.x.test', 'www&#46;x.test'],
  [':tada: a: b', '&#58;tada: a: b'],
  ['a\n\n# b\u0007', 'a &#35; b '],
])('escapeMarkdown(%j)', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});
