/**
 * The capture of plain pages by this version and by another checkout of it, in turns in one process:
 *   node bench/local/versions.ts FOLDER [--rounds 30] [--pages text,cards] [--stages]
 *
 * FOLDER is a working tree of the other commit, with its packages. Both use the same browser program, each in one browser that
 * stays. Processor time is that of the browser's processes; Node.js serves the pages, too, and is not counted.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { findBrowser } from '../../src/adapters/browser/find-browser.ts';
import { median } from '../machine.ts';
import { photoPng } from './images.ts';
import { pageHtml } from './pages.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '30' },
    pages: { type: 'string', default: 'text,form,cards,shop,tall,short' },
    stages: { type: 'boolean', default: false },
  },
});
const [otherFolder] = positionals;
if (otherFolder === undefined) throw new Error('Say which checkout to compare with: versions.ts FOLDER');
const rounds = Number(options.rounds);

const paragraph =
  'Quiet harbour glass lantern river copper window orchard letter stone garden signal. '.repeat(5);
const cards = Array.from(
  { length: 40 },
  (_, index) =>
    `<div class="card"><img src="/photo/${index % 6}.png?n=${index}"><h3>Card ${index}</h3><p>${paragraph.slice(0, 90)}</p></div>`,
).join('');
const documents: Record<string, string> = {
  text: pageHtml(0),
  form: pageHtml(4),
  cards: `<!doctype html><meta charset="utf-8"><title>cards</title><link rel="icon" href="data:,"><style>
body{margin:24px;font:15px sans-serif}.grid{display:grid;grid-template-columns:repeat(4,1fr);gap:16px}
.card{border-radius:8px;box-shadow:0 1px 4px #0004;padding:12px;transition:transform .3s,box-shadow .3s}.card:hover{transform:scale(1.03)}
img{width:100%;aspect-ratio:3/2}</style><div class="grid">${cards}</div>`,
  shop: pageHtml(1),
  tall: pageHtml(7),
  short: '<!doctype html><title>short</title><link rel="icon" href="data:,"><p>A short page.',
};
const photos = Array.from({ length: 6 }, (_, seed) => photoPng(seed, 300, 200));
const server = createServer((request, response) => {
  const [, folder = '', name = ''] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/');
  if (folder === 'photo')
    return response.writeHead(200, { 'content-type': 'image/png' }).end(photos[Number.parseInt(name)]);
  return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(documents[folder] ?? '');
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

type Capturers = { createCapturer: typeof createCapturer };
const load = async (folder: string): Promise<Capturers> =>
  (await import(join(folder, 'src', 'adapters', 'browser', 'capturer.ts'))) as Capturers;
const browserPath = (await findBrowser()).path;
const folders = { before: resolve(otherFolder), after: join(import.meta.dirname, '..', '..') };
type Side = keyof typeof folders;
const sides = ['before', 'after'] as const;

/** Processes below this one, with the processor time of each in milliseconds. */
function processTimes(): Map<number, number> {
  const parents = new Map<number, { parent: number; ms: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(name), {
        parent: Number(fields[1]),
        // User and system time in ticks of 10 ms.
        ms: (Number(fields[11]) + Number(fields[12])) * 10,
      });
    } catch {
      // It has ended.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  return new Map([...parents].filter(([pid]) => isBelow(pid)).map(([pid, { ms }]) => [pid, ms]));
}

/** Of processes that ended in between, nothing is counted. */
function spentBetween(before: Map<number, number>, after: Map<number, number>): number {
  let sum = 0;
  for (const [pid, ms] of after) sum += ms - (before.get(pid) ?? 0);
  return sum;
}

const capturers = {
  before: (await load(folders.before)).createCapturer({ browserPath, concurrency: 1 }),
  after: (await load(folders.after)).createCapturer({ browserPath, concurrency: 1 }),
};

interface Times {
  wallMs: number[];
  cpuMs: number[];
  stages: Map<string, number[]>;
}

async function capture(
  side: Side,
  page: string,
  expected: Uint8Array | undefined,
  times?: Times,
): Promise<Uint8Array> {
  const processes = processTimes();
  const start = performance.now();
  const outcome = await capturers[side].capture({
    url: `${origin}/${page}`,
    config: { viewportSize: { width: 1280, height: 800 } },
    ...(expected === undefined ? {} : { expected, isDomKnown: true }),
  });
  const wallMs = performance.now() - start;
  if (!outcome.ok) throw new Error(outcome.failure.message);
  if (times === undefined) return outcome.image;
  times.wallMs.push(wallMs);
  times.cpuMs.push(spentBetween(processes, processTimes()));
  for (const [, stage, amount, unit] of outcome.log.matchAll(
    /(?:stage\s+|screenshot\s+|note\s+)(\S+)[^\n]*?\b([\d.]+) (ms|s)\b/g,
  )) {
    const all = times.stages.get(stage!) ?? [];
    times.stages.set(stage!, [...all, Number(amount) * (unit === 's' ? 1000 : 1)]);
  }
  return outcome.image;
}

const loadBefore = loadavg()[0]!;
for (const page of options.pages.split(',')) {
  for (const kind of ['no baseline yet', 'equal to the baseline']) {
    const times = Object.fromEntries(
      sides.map((side) => [side, { wallMs: [], cpuMs: [], stages: new Map() } satisfies Times]),
    ) as unknown as Record<Side, Times>;
    const expected: Partial<Record<Side, Uint8Array>> = {};
    for (const side of sides) {
      const image = await capture(side, page, undefined);
      if (kind !== 'no baseline yet') expected[side] = image;
    }
    for (let round = 0; round < rounds; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed())
        await capture(side, page, expected[side], times[side]);
    }
    const { before, after } = times;
    const ratios = after.wallMs.map((ms, round) => ms / before.wallMs[round]!);
    const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
    console.log(
      `${page}, ${kind}: ${median(before.wallMs).toFixed(0)} -> ${median(after.wallMs).toFixed(0)} ms, ` +
        `ratio of medians ${(median(after.wallMs) / median(before.wallMs)).toFixed(3)}, median of ratios ${median(ratios).toFixed(3)}, ` +
        `of minima ${(Math.min(...after.wallMs) / Math.min(...before.wallMs)).toFixed(3)}; ` +
        `browser CPU ${(sum(before.cpuMs) / rounds).toFixed(0)} -> ${(sum(after.cpuMs) / rounds).toFixed(0)} ms, ratio ${(sum(after.cpuMs) / sum(before.cpuMs)).toFixed(3)}`,
    );
    if (!options.stages) continue;
    for (const side of sides)
      console.log(
        `  ${side}: ${[...times[side].stages].map(([stage, all]) => `${stage} ${median(all)}`).join(', ')}`,
      );
  }
}
console.log(`load average ${loadBefore.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after`);
await Promise.all(sides.map((side) => capturers[side].close()));
server.close();
