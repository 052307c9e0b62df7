/**
 * The review UI in a real Chromium against a real server on the same machine; run `npm run build:web` before:
 *   node bench/ui/run.ts [--quick] [--part release|images]
 */
import { parseArgs } from 'node:util';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { measureReleasePage } from './release.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string', default: 'all' } },
});
const { quick, part } = options;

if (part === 'all' || part === 'release') {
  const load = recentLoad();
  const lines = await measureReleasePage({
    sizes: quick ? [500] : [5_000, 10_000],
    rounds: quick ? 2 : 7,
    liveChanges: quick ? 200 : 2_000,
  });
  const text = `## Review UI: the release page

${describeMachine()}; commit ${describeCommit()}; load ${load.toFixed(1)} before it began (other work on the machine
counts). Server, browser (headless, drawing in software) and the sender of live changes share the cores; pages are
loaded over loopback with an empty cache.

${lines.join('\n')}`;
  if (quick) console.log(`\n${text}\n\nA quick run: bench/RESULTS.md stays as it was.`);
  else writeResultsSection('ui-release', text);
}
// Loading it measures the run page and writes its section.
if (part === 'all' || part === 'images') await import('./images.ts');
