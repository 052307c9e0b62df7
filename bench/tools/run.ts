/**
 * The tools for CI:
 *   node bench/tools/run.ts [--quick] [--part crawl|site-diff|images]
 * Without --quick the figures of a part go to its section of RESULTS.md.
 */
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, writeResultsSection } from '../machine.ts';
import { describeCrawl, measureCrawl } from './crawl.ts';
import { describeImages, measureImages } from './images.ts';
import { describeSiteDiff, measureSiteDiff } from './site-diff.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string', default: 'all' } },
});
const { quick, part } = options;

const parts: Record<string, () => Promise<string>> = {
  crawl: async () => describeCrawl(await (quick ? measureCrawl(100, 2) : measureCrawl())),
  'site-diff': async () => describeSiteDiff(await measureSiteDiff(quick ? 40 : 500)),
  images: async () => describeImages(await measureImages(quick ? 100 : 1_000)),
};
if (part !== 'all' && !(part in parts)) {
  console.error(`There is no part "${part}"; there are ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}

for (const [name, measure] of Object.entries(parts)) {
  if (part !== 'all' && part !== name) continue;
  const [title, ...body] = (await measure()).split('\n');
  const text = `${title!.replace('###', '## Tools:')}\n\n${describeMachine()}, commit ${describeCommit()}\n${body.join('\n')}`;
  console.log(`\n${text}`);
  if (!quick) writeResultsSection(`tools-${name}`, text);
}
console.log(quick ? 'A quick run: bench/RESULTS.md stays as it was.' : 'Written to bench/RESULTS.md');
