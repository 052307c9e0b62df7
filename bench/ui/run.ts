/**
 * The review UI in a real Chromium against a real server on the same machine; run `npm run build:web` before:
 *   node bench/ui/run.ts [--quick] [--part release|changes|images]
 * The environment variable DPXDT_WEB_FOLDER measures another build of the UI.
 */
import { parseArgs } from 'node:util';
import { recentLoad } from '../machine.ts';
import { measureChangesList } from './changes.ts';
import { publish } from './figures.ts';
import { measureRunPage } from './images.ts';
import { measureReleasePage } from './release.ts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string', default: 'all' } },
});
const { quick, part } = options;
const isWanted = (name: string) => part === 'all' || part === name;

if (isWanted('release')) {
  const load = recentLoad();
  const lines = await measureReleasePage({
    sizes: quick ? [500] : [5_000, 10_000],
    rounds: quick ? 2 : 7,
    liveChanges: quick ? 200 : 2_000,
  });
  const words = `Server, browser (headless, drawing in software) and the sender of live changes share the cores; pages are
loaded over loopback with an empty cache.`;
  publish({ name: 'ui-release', title: 'the release page', words, load, lines }, quick);
}
if (isWanted('changes')) {
  const load = recentLoad();
  const runs = quick ? 500 : 10_000;
  const lines = await measureChangesList({ runs, rounds: quick ? 2 : 7 });
  const words = `A release of ${runs.toLocaleString('en-US')} runs with 5 changes each, opened at its changes: from the
start of navigation, with an empty cache, until the first change is in a painted frame.`;
  publish({ name: 'ui-changes', title: 'the list of changes', words, load, lines }, quick);
}
if (isWanted('images')) {
  const load = recentLoad();
  const runs = quick ? 30 : 210;
  const lines = await measureRunPage({ runs });
  const words = `The run page, headless and drawn in software: ${runs} runs of 1280 × 2,400 with their images.`;
  publish({ name: 'ui-images', title: 'images', words, load, lines }, quick);
}
// All is published: whatever a library still holds must not keep the command.
process.exit();
