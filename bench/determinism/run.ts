/**
 * Determinism study: captures every page many times, alone, with four and with sixteen pages at a time, and counts the
 * captures that are byte-identical to the page's first one alone. Writes its section of bench/RESULTS.md.
 *
 *   node bench/determinism/run.ts [--times N, default 20] [--pages NAME,NAME…] [--browser firefox]
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { createFirefoxCapturer } from '../../src/adapters/firefox/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import { pages, type StudyPage } from './pages.ts';
import { startStudySite } from './site.ts';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    pages: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
  },
});
/** Its figures are only printed: the section is Chromium's. */
const isFirefox = values.browser === 'firefox';
const times = Number(values.times);
const only = values.pages?.split(',');
const unknown = only?.filter((name) => !pages.some((page) => page.name === name)) ?? [];
if (!Number.isInteger(times) || times < 1 || unknown.length > 0) {
  console.error(
    unknown.length > 0
      ? `No page is called "${unknown[0]}". The pages: ${pages.map(({ name }) => name).join(', ')}.`
      : `--times must be a whole number of 1 or more; got "${values.times}".`,
  );
  process.exit(2);
}
const chosen = only === undefined ? pages : pages.filter(({ name }) => only.includes(name));
/** Pages at a time. */
const loads = [1, 4, 16];
const targetShare = 99.9;

interface Series {
  /** Digests of all captures in order; for failed ones, the reason. */
  digests: string[];
  unsettled: number;
}

const site = await startStudySite();
let browserVersion = '';

/** Captures each page this many times, in rounds, so that a page's captures are spread over the whole period. */
async function study(
  atATime: number,
  config: (page: StudyPage) => CaptureConfig,
  studied: readonly StudyPage[],
): Promise<Map<string, Series>> {
  const capturer = isFirefox
    ? createFirefoxCapturer({ concurrency: atATime })
    : createCapturer({ concurrency: atATime });
  const series = new Map<string, Series>(studied.map(({ name }) => [name, { digests: [], unsettled: 0 }]));
  const capture = async (page: StudyPage): Promise<void> => {
    const result = await capturer.capture({ url: site.url(page.name), config: config(page) });
    const entry = series.get(page.name)!;
    if (!result.ok) {
      console.error(`${page.name}: ${result.failure.message}`);
      return void entry.digests.push(result.failure.reason);
    }
    browserVersion = result.browserVersion;
    entry.digests.push(createHash('sha1').update(result.image).digest('hex'));
    if (!result.settled) entry.unsettled++;
  };
  for (let round = 0; round < times; round++) {
    await Promise.all(studied.map(capture));
    process.stderr.write(`\r${atATime} at a time: round ${round + 1} of ${times} `);
  }
  process.stderr.write('\n');
  await capturer.close();
  return series;
}

const countered = (page: StudyPage): CaptureConfig => page.countermeasure ?? {};
const helped = chosen.filter(({ countermeasure }) => countermeasure !== undefined);

const start = performance.now();
const loadBefore = loadavg()[0]!.toFixed(1);
const studies: Map<string, Series>[] = [];
for (const atATime of loads) studies.push(await study(atATime, countered, chosen));
const bare = await study(4, () => ({}), helped);
await site.close();

const differing = (digests: readonly string[], first: string): number =>
  digests.filter((digest) => digest !== first).length;
const lines: string[] = [];
let total = 0;
let equal = 0;
for (const { name, about } of chosen) {
  const all = studies.map((series) => series.get(name)!);
  const first = all[0]!.digests[0]!;
  const bad = all.map(({ digests }) => differing(digests, first));
  const badSum = bad.reduce((sum, count) => sum + count, 0);
  const unsettled = all.reduce((sum, series) => sum + series.unsettled, 0);
  total += all.reduce((sum, { digests }) => sum + digests.length, 0) - 1;
  equal += all.reduce((sum, { digests }) => sum + digests.length, 0) - 1 - badSum;
  if (badSum + unsettled > 0) lines.push(`| ${name} | ${about} | ${bad.join(' | ')} | ${unsettled} |`);
}

const share = (equal / total) * 100;
const bareLines = helped.map(({ name, about, countermeasure }) => {
  const { digests, unsettled } = bare.get(name)!;
  const bad = differing(digests.slice(1), digests[0]!);
  return `| ${name} | ${about} | ${bad} of ${digests.length - 1} | ${unsettled} | \`${JSON.stringify(countermeasure)}\` |`;
});
const minutes = ((performance.now() - start) / 60_000).toFixed(1);
const section = `## Determinism

${chosen.length} local pages, ${chosen.length - helped.length} of which need no countermeasure; ${times} captures of each alone, ${times} with 4 and ${times} with 16 pages at a time
on ${availableParallelism()} cores; ${browserVersion}, Node ${process.versions.node}, ${minutes} minutes, load average ${loadBefore} before the start.
Made by \`node bench/determinism/run.ts${times === 20 ? '' : ` --times ${times}`}\`.

**${equal} of ${total} captures (${share.toFixed(2)} %) are byte-identical to the page's first one, across all three** (target: ${targetShare} %).

${
  lines.length === 0
    ? 'No page differed even once, and every capture settled.'
    : `Every page with a capture that differs, or that did not settle:\n\n| page | what it does | differs alone | 4 at a time | 16 at a time | not settled |\n| --- | --- | --: | --: | --: | --: |\n${lines.join('\n')}`
}

Pages that are not stable by themselves, captured without and then with their countermeasure (the figures above are with it):

| page | what it does | differs without | not settled without | countermeasure |
| --- | --- | --: | --: | --- |
${bareLines.join('\n')}
`;
console.log(section);
if (only === undefined && !isFirefox) writeSection(section);
process.exit(share >= targetShare ? 0 : 1);

function writeSection(text: string): void {
  const file = join(import.meta.dirname, '..', 'RESULTS.md');
  const [startMark, endMark] = ['<!-- determinism:start -->', '<!-- determinism:end -->'];
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '# Results of the benchmarks\n';
  const marked = `${startMark}\n\n${text}\n${endMark}`;
  const from = old.indexOf(startMark);
  const to = old.indexOf(endMark);
  const next =
    from === -1 || to === -1
      ? `${old.trimEnd()}\n\n${marked}\n`
      : old.slice(0, from) + marked + old.slice(to + endMark.length);
  writeFileSync(file, next);
}
