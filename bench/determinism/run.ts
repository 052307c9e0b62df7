/**
 * Determinism study: captures every page many times, on an idle machine and under CPU load, and counts repeats that
 * are byte-identical to the first. Writes its section of bench/RESULTS.md.
 *
 *   node bench/determinism/run.ts [--browser firefox] [repeats, default 20] [page …]
 *
 * With Firefox, it only prints: the section is Chromium's.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { createFirefoxCapturer } from '../../src/adapters/firefox/capturer.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import { pages, type StudyPage } from './pages.ts';
import { startStudySite } from './site.ts';

const { values, positionals } = parseArgs({
  options: { browser: { type: 'string', default: 'chromium' } },
  allowPositionals: true,
});
const isFirefox = values.browser === 'firefox';
const [repeatsText = '20', ...only] = positionals;
const repeats = Number(repeatsText);
const chosen = only.length === 0 ? pages : pages.filter(({ name }) => only.includes(name));

interface Series {
  /** Digests of all captures in order; for failed ones, the reason. */
  digests: string[];
  unsettled: number;
}

const site = await startStudySite();
const capturer = isFirefox ? createFirefoxCapturer({ concurrency: 4 }) : createCapturer({ concurrency: 4 });
let browserVersion = '';

/** Captures each page this many times, in rounds, so that a page's captures are spread over the whole period. */
async function study(
  config: (page: StudyPage) => CaptureConfig,
  studied: readonly StudyPage[],
): Promise<Map<string, Series>> {
  const series = new Map<string, Series>(studied.map(({ name }) => [name, { digests: [], unsettled: 0 }]));
  for (let round = 0; round < repeats; round++) {
    await Promise.all(
      studied.map(async (page) => {
        const result = await capturer.capture({ url: site.url(page.name), config: config(page) });
        const entry = series.get(page.name)!;
        if (!result.ok) return void entry.digests.push(result.failure.reason);
        browserVersion = result.browserVersion;
        entry.digests.push(createHash('sha1').update(result.image).digest('hex'));
        if (!result.settled) entry.unsettled++;
      }),
    );
    process.stderr.write(`\rround ${round + 1} of ${repeats} `);
  }
  process.stderr.write('\n');
  return series;
}

const countered = (page: StudyPage): CaptureConfig => page.countermeasure ?? {};
const unaided = chosen.filter(({ countermeasure }) => countermeasure !== undefined);

const start = performance.now();
const loadBefore = loadavg()[0]!.toFixed(1);
process.stderr.write('idle\n');
const idle = await study(countered, chosen);
process.stderr.write('under load\n');
const spinners = Array.from(
  { length: availableParallelism() },
  () => new Worker('for (;;);', { eval: true }),
);
const loaded = await study(countered, chosen);
process.stderr.write('without countermeasures, under load\n');
const bare = await study(() => ({}), unaided);
await Promise.all(spinners.map((spinner) => spinner.terminate()));
await capturer.close();
await site.close();

const differing = (digests: readonly string[], first: string): number =>
  digests.filter((digest) => digest !== first).length;
const lines: string[] = [];
let total = 0;
let equal = 0;
for (const { name, about } of chosen) {
  const [before, after] = [idle.get(name)!, loaded.get(name)!];
  const first = before.digests[0]!;
  const bad = [differing(before.digests, first), differing(after.digests, first)] as const;
  total += before.digests.length - 1 + after.digests.length;
  equal += before.digests.length - 1 + after.digests.length - bad[0] - bad[1];
  if (bad[0] + bad[1] === 0 && before.unsettled + after.unsettled === 0) continue;
  lines.push(`| ${name} | ${about} | ${bad[0]} | ${bad[1]} | ${before.unsettled + after.unsettled} |`);
}

const share = ((equal / total) * 100).toFixed(2);
const bareLines = unaided.map(({ name, about, countermeasure }) => {
  const { digests, unsettled } = bare.get(name)!;
  const bad = differing(digests.slice(1), digests[0]!);
  return `| ${name} | ${about} | ${bad} of ${digests.length - 1} | ${unsettled} | \`${JSON.stringify(countermeasure)}\` |`;
});
const minutes = ((performance.now() - start) / 60_000).toFixed(1);
const section = `## Determinism

${chosen.length} local pages, ${repeats} captures of each with nothing else to do and ${repeats} more with a busy thread on each of the
${availableParallelism()} cores, four pages at a time; ${browserVersion}, Node ${process.versions.node}, ${minutes} minutes, load average
${loadBefore} before the start. Made by \`node bench/determinism/run.ts\`.

**${equal} of ${total} repeats (${share} %) are byte-identical to the page's first capture** (target: 99.5 %).

${
  lines.length === 0
    ? 'No page differed even once, and every capture settled.'
    : `Pages with a repeat that differs, or a capture that did not settle:\n\n| page | what it does | differs idle | differs loaded | not settled |\n| --- | --- | --: | --: | --: |\n${lines.join('\n')}`
}

Pages that are not stable by themselves, captured without and then with their countermeasure (the figures above are with it):

| page | what it does | differs without | not settled without | countermeasure |
| --- | --- | --: | --: | --- |
${bareLines.join('\n')}
`;
console.log(section);
if (only.length === 0 && !isFirefox) writeSection(section);
process.exit(equal / total >= 0.995 ? 0 : 1);

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
