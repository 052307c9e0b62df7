import { expect, it } from 'vitest';
import type { CapturedPage } from '../../src/domain/capture/capture.ts';
import { createToolPrinter } from '../../src/cli/terminal/tool-printer.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import { judgeOutcome } from '../../src/tools/judge-outcome.ts';
import { toJson } from '../../src/tools/json-report.ts';
import { toJUnitXml } from '../../src/tools/junit-report.ts';
import { toMarkdown } from '../../src/tools/summary-markdown.ts';
import { readResult } from '../../src/tools/read-result.ts';
import { fakeCapturer, fakePage } from '../support/fake-ports.ts';
import { sampleOutcome } from '../support/sample-outcome.ts';
import { openWorkerWorld, requestRelease, runOf, settled } from '../support/worker-world.ts';

const warning = {
  // A newer worker may know more codes than the server.
  code: 'of_a_newer_worker' as 'selector_unmatched',
  selector: '.ad',
  sentence: 'mask: nothing matches ".ad".',
};
const part = (name: string) => ({ url: `http://shop.test/${name}?a=<b>`, why: 'status 404' });

it('what of a page did not arrive, and warnings, are in the run, in the list and in what the tools say', async () => {
  const world = await openWorkerWorld();
  const many = Array.from({ length: 50 }, (_, index) => part(`${index}.png`));
  world.work({
    capturer: fakeCapturer(({ url }) => {
      const page = fakePage('same') as CapturedPage;
      if (url.endsWith('/one')) return { ...page, incomplete: [part('logo.png')], incompleteCount: 1 };
      if (url.endsWith('/newer'))
        return { ...(fakePage('other') as CapturedPage), browserVersion: 'Chromium 2.0' };
      if (url.endsWith('/warned')) return { ...page, warnings: [warning] };
      return url.endsWith('/many') ? { ...page, incomplete: many, incompleteCount: 120 } : page;
    }),
  });
  const release = await requestRelease(world, {
    whole: { url: 'http://shop.test/' },
    newer: { url: 'http://shop.test/newer', refUrl: 'http://shop.test/' },
    warned: { url: 'http://shop.test/warned', refUrl: 'http://shop.test/' },
    one: { url: 'http://shop.test/one', refUrl: 'http://shop.test/' },
    both: { url: 'http://shop.test/one', refUrl: 'http://shop.test/many' },
  });
  await settled(world, release);

  const both = await runOf(world, release, 'both');
  expect(both.current.facts).toMatchObject({ incomplete: [part('logo.png')], incompleteCount: 1 });
  expect(both.ref.facts).toMatchObject({ incomplete: many, incompleteCount: 120 });
  const whole = await runOf(world, release, 'whole');
  expect(whole.current.facts).toMatchObject({ incomplete: [], incompleteCount: 0 });
  const { runs, environmentChanges } = await world.client.listRuns(release);
  expect(environmentChanges).toEqual([
    [{ part: 'browser', before: 'Chromium 1.2.3.4', after: 'Chromium 2.0' }],
  ]);
  expect(
    runs.environmentChange.map((index, at) => [runs.name[at], index]).filter(([, index]) => index !== null),
  ).toEqual([['newer', 0]]);
  expect(Object.fromEntries(runs.name.map((name, index) => [name, runs.incompleteCount[index]]))).toEqual({
    whole: 0,
    warned: 0,
    newer: 0,
    one: 1,
    both: 121,
  });

  const warned = await runOf(world, release, 'warned');
  expect(warned.current.facts).toMatchObject({ warnings: [warning] });
  expect(warned.ref.facts).toMatchObject({ warnings: [] });
  expect(runs.warningCount[runs.name.indexOf('warned')]).toBe(1);
  expect(runs.warningCount.reduce((sum, count) => sum + count)).toBe(1);

  const resultsUrl = `${world.url}/release?id=1&name=r1&number=1`;
  const signal = new AbortController().signal;
  const result = await readResult({ client: world.client, release, resultsUrl, signal });
  const outcome = sampleOutcome({ result });
  const judgement = judgeOutcome(outcome, { allowNoBaseline: true });
  const report = {
    tool: 'pair-diff',
    outcome,
    source: { branch: null, commit: null, ciUrl: null },
    crawl: null,
    judgement,
  };

  const told = JSON.parse(toJson(report)) as { runs: Record<string, unknown>[] };
  expect(told.runs.find(({ name }) => name === 'both')).toMatchObject({
    incomplete: [part('logo.png')],
    ref_incomplete: many,
    incomplete_count: 121,
  });
  expect(told.runs.find(({ name }) => name === 'whole')).toMatchObject({
    incomplete: [],
    incomplete_count: 0,
  });
  expect(told.runs.find(({ name }) => name === 'warned')).toMatchObject({
    warnings: [warning],
    ref_warnings: [],
    warning_count: 1,
  });
  const environment = 'The browser changed from 1 to 2: 1 of 1 differs.';
  expect(told).toMatchObject({ environment: [environment] });
  expect(toMarkdown(report)).toMatch(/\*\*The browser changed from 1 to 2[^|]*1 of 1 differs\.\*\*/);
  const xml = toJUnitXml(report);
  expect(xml).toContain(`<property name="environment" value="${environment}"/>`);
  expect(xml).toContain('<property name="warning_count" value="1"/>');
  expect(xml).toContain('value="of_a_newer_worker: mask: nothing matches &quot;.ad&quot;."/>');
  expect(xml).toContain('<property name="incomplete_count" value="1"/>');
  expect(xml).toContain('value="http://shop.test/logo.png?a=&lt;b&gt; (status 404)"');
  expect(xml.match(/name="incomplete"/g)).toHaveLength(52);
  expect(toMarkdown(report)).toMatch(/\| same \| 1 part of the page did not load: .*status 404/);

  expect(toMarkdown(report)).toMatch(
    /warned[^|]*\| same \| Warning: mask&#58; nothing matches|warned.*same \| Warning: mask: nothing/,
  );

  const lines: string[] = [];
  const plain = (text: string): string => text;
  const terminal = {
    isLive: false,
    colors: { red: plain, green: plain, yellow: plain, dim: plain, bold: plain },
    say: (line: string) => lines.push(line),
    complain: (line: string) => lines.push(line),
    data: () => undefined,
    footer: () => undefined,
  } as unknown as Terminal;
  createToolPrinter(terminal, 'r1').printOutcome(outcome, judgement);
  expect(lines[0]).toBe(environment);
  expect(lines.join('\n')).toContain('Warning: mask: nothing matches ".ad".');
  expect(lines.join('\n')).toContain(
    '121 parts of the page did not load, first: http://shop.test/logo.png?a=<b> (status 404).',
  );
});
