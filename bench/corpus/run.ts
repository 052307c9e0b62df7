/**
 * Counts, for each comparison, the visible changes and the raster noise that it calls "same": the corpus in
 * test/golden/changes.
 *
 *   npm --prefix bench run setup
 *   node bench/corpus/run.ts [--quick]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { antialiasingRules } from '../../src/domain/comparison/comparison.ts';
import type { AntialiasingRule } from '../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../src/image/compare.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';
import { renderChanges } from '../../test/golden/changes/corpus.ts';
import type { RenderedChange } from '../../test/golden/changes/corpus.ts';
import { renderNoise } from '../../test/golden/changes/noise.ts';
import { writePng } from '../../test/support/png-writer.ts';
import type { PlainPixels } from '../../test/support/png-writer.ts';
import { loadPixelmatch } from '../diff/peer-pixelmatch.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';

interface Sides {
  change: RenderedChange;
  /** The same as PNG files: bytes and paths. */
  bytes: [Buffer, Buffer];
  paths: [string, string];
}

interface Contestant {
  name: string;
  settings: string;
  isSame(sides: Sides): boolean | Promise<boolean>;
  close?(): void;
}

const isQuick = process.argv.includes('--quick');
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
const versionOf = (name: string) => (require(`${name}/package.json`) as { version: string }).version;

function depicted(kernel: Kernel, antialiasing: AntialiasingRule): Contestant {
  return {
    name: 'Depicted',
    settings: `threshold 0, antialiasing ${antialiasing}${antialiasing === 'slight' ? ' (its defaults)' : ''}`,
    async isSame({ bytes }) {
      const [before, after] = bytes.map((file) => ({ bytes: file, label: 'image' }));
      const settings = { threshold: 0, antialiasing };
      return (
        (await compareImages(kernel, before!, after!, { settings, withMask: false })).changedPixels === 0
      );
    },
  };
}

async function pixelmatchPeer(): Promise<Contestant> {
  const { pixelmatch, version } = await loadPixelmatch();
  return {
    name: `pixelmatch ${version}`,
    settings: 'threshold 0.1, anti-aliasing forgiven (its defaults)',
    isSame: ({ change: { before, after } }) =>
      pixelmatch(withAlpha(before), withAlpha(after), undefined, before.width, before.height, {
        threshold: 0.1,
        includeAA: false,
      }) === 0,
  };
}

function withAlpha({ width, height, data }: PlainPixels): Uint8Array {
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) pixels.set(data.subarray(i * 3, i * 3 + 3), i * 4);
  return pixels;
}

function odiffPeer(antialiasing: boolean): Contestant {
  const { ODiffServer } = require('odiff-bin') as {
    ODiffServer: new () => {
      compare(before: string, after: string, output: string, options: object): Promise<{ match: boolean }>;
      stop(): void;
    };
  };
  const server = new ODiffServer();
  return {
    name: `odiff ${versionOf('odiff-bin')}`,
    settings: antialiasing ? 'threshold 0.1, anti-aliasing forgiven' : 'threshold 0.1 (its defaults)',
    isSame: async ({ paths: [before, after] }) =>
      (await server.compare(before, after, join(folder, 'out.png'), { threshold: 0.1, antialiasing })).match,
    close: () => server.stop(),
  };
}

function playwrightPeer(): Contestant {
  type Comparator = (actual: Buffer, expected: Buffer, options: object) => object | null;
  const { utils } = require('playwright-core/lib/coreBundle') as {
    utils: { getComparator(type: string): Comparator };
  };
  const compare = utils.getComparator('image/png');
  return {
    name: `Playwright's comparator ${versionOf('playwright-core')}`,
    settings: 'threshold 0.2, anti-aliasing forgiven (its defaults)',
    isSame: ({ bytes: [before, after] }) => compare(after, before, {}) === null,
  };
}

async function looksSamePeer(): Promise<Contestant> {
  const { default: looksSame } = (await import(require.resolve('looks-same'))) as {
    default: (before: Buffer, after: Buffer) => Promise<{ equal: boolean }>;
  };
  return {
    name: `looks-same ${versionOf('looks-same')}`,
    settings: 'tolerance 2.3, anti-aliasing and caret forgiven (its defaults)',
    isSame: async ({ bytes: [before, after] }) => (await looksSame(before, after)).equal,
  };
}

const kernel = new Kernel(await readKernel());
const contestants: Contestant[] = [
  ...antialiasingRules.map((rule) => depicted(kernel, rule)),
  await pixelmatchPeer(),
  odiffPeer(false),
  odiffPeer(true),
  playwrightPeer(),
  await looksSamePeer(),
];
const step = isQuick ? 40 : 3;
const sets = [
  ['Changes, scale 1', await renderChanges(1, { step })],
  ['Changes, scale 2', await renderChanges(2, { step: step * 3 })],
  ['Raster noise, scale 1', await renderNoise(1, step * 4)],
] as const;

const rows: string[] = [];
const counts = contestants.map(() => sets.map(() => 0));
for (const [column, [, changes]] of sets.entries()) {
  for (const change of changes) {
    const bytes = [writePng(change.before), writePng(change.after)] as [Buffer, Buffer];
    const paths = ['before.png', 'after.png'].map((name) => join(folder, name)) as [string, string];
    bytes.forEach((file, index) => writeFileSync(paths[index]!, file));
    for (const [index, contestant] of contestants.entries()) {
      if (await contestant.isSame({ change, bytes, paths })) counts[index]![column]!++;
    }
  }
}
for (const [index, { name, settings }] of contestants.entries()) {
  const cells = sets.map(([, changes], column) => {
    const count = counts[index]![column]!;
    return `${count.toLocaleString('en-US')} (${((count / changes.length) * 100).toFixed(1)} %)`;
  });
  rows.push(`| ${[name, settings, ...cells].join(' | ')} |`);
}
for (const contestant of contestants) contestant.close?.();
rmSync(folder, { recursive: true });

const titles = sets.map(
  ([title, changes]) => `${title}: "same" of ${changes.length.toLocaleString('en-US')}`,
);
const text = `## Visible changes that are called "same"

${new Date().toISOString().slice(0, 10)}, commit ${describeCommit()}, ${describeMachine()}; load ${recentLoad().toFixed(1)}.${isQuick ? ' **A quick sketch.**' : ''}

Small images of one thing that changed (a letter, a line, a radius, a dot, an icon, a step of color; moved by one device pixel,
one pixel larger, turned by 2° or more), drawn by librsvg from the generator in \`test/golden/changes\`; every pair differs in at least one
pixel. A change that is called "same" is a miss. Raster noise is the same drawing shifted by 0.02 to 0.1 px: there "same" would be
welcome.

| Tool | Settings | ${titles.join(' | ')} |
| --- | --- | ${sets.map(() => '---').join(' | ')} |
${rows.join('\n')}
`;
console.log(text);
if (!isQuick) writeResultsSection('corpus', text);
