/** What it costs to record the structure of pages, and whether changes get the right names. See bench/README.md. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { packDom, unpackDom } from '../../src/adapters/dom/dom-file.ts';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import type { Box, Change } from '../../src/domain/comparison/alignment.ts';
import { comparisonSettings } from '../../src/domain/comparison/comparison.ts';
import type { CapturedPage } from '../../src/domain/capture/capture.ts';
import { nameChanges } from '../../src/domain/dom/name-changes.ts';
import { recordedStyles } from '../../src/domain/dom/dom-snapshot.ts';
import { nameWords } from '../../src/domain/dom/name-words.ts';
import { selectorOf } from '../../src/domain/dom/name-details.ts';
import type { DomSnapshot } from '../../src/domain/dom/dom-snapshot.ts';
import { namedChanges, page } from './cases.ts';

const rounds = Number(process.argv[2] ?? 11);
const pages = new Map<string, string>();
const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8').end(pages.get(request.url ?? '') ?? '');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const capturer = createCapturer({ concurrency: 1 });
const comparer = createComparer();

async function capture(path: string, dom = true): Promise<CapturedPage> {
  const outcome = await capturer.capture({ url: origin + path, config: { dom } });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome;
}

interface Pixels {
  data: Buffer;
  width: number;
  height: number;
}

async function decode(image: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(image).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const rowOf = ({ data, width }: Pixels, y: number) => data.subarray(y * width * 4, (y + 1) * width * 4);

/** A stand-in for the alignment of the image engine: what lies between the equal rows at the top and at the bottom. */
function changeBetween(before: Pixels, after: Pixels): Change {
  let top = 0;
  const most = Math.min(before.height, after.height);
  while (top < most && rowOf(before, top).equals(rowOf(after, top))) top++;
  let bottom = 0;
  while (
    bottom < most - top &&
    rowOf(before, before.height - 1 - bottom).equals(rowOf(after, after.height - 1 - bottom))
  )
    bottom++;
  const box = (pixels: Pixels) => trimmed(pixels, top, pixels.height - bottom);
  const [old, now] = [box(before), box(after)];
  const kind = old === null ? 'added' : now === null ? 'removed' : 'resized';
  return { kind, before: old, after: now, changedPixels: 1, fingerprint: '' };
}

/** The part of some rows that differs from their first pixel. */
function trimmed({ data, width }: Pixels, from: number, to: number): Box | null {
  let [left, right, top, bottom] = [width, -1, to, -1];
  const blank = data.readUInt32LE(Math.min(from, data.length / width / 4 - 1) * width * 4);
  for (let y = from; y < to; y++) {
    for (let x = 0; x < width; x++) {
      if (data.readUInt32LE((y * width + x) * 4) === blank) continue;
      [left, right, top, bottom] = [
        Math.min(left, x),
        Math.max(right, x),
        Math.min(top, y),
        Math.max(bottom, y),
      ];
    }
  }
  return right === -1 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Whether the pixels of some element of that name differ where it was or is; of one name, any element counts. */
function differsUnder(selector: string, sides: readonly { dom: DomSnapshot; pixels: Pixels }[]): boolean {
  const [old, now] = sides.map(({ pixels }) => pixels) as [Pixels, Pixels];
  return sides.some(({ dom: { elements } }) =>
    elements.some(
      ({ box }, index) => selectorOf(elements, index) === selector && hasOtherPixels(old, now, box),
    ),
  );
}

/** How far around a box it is looked: shadows and outlines are drawn around theirs. */
const reach = 2;

function hasOtherPixels(old: Pixels, now: Pixels, { left, top, width, height }: Box): boolean {
  const from = Math.max(left - reach, 0);
  for (let y = Math.max(top - reach, 0); y < top + height + reach; y++) {
    if (y >= old.height || y >= now.height) return old.height !== now.height;
    const row = (pixels: Pixels) => rowOf(pixels, y).subarray(from * 4, (left + width + reach) * 4);
    if (!row(old).equals(row(now))) return true;
  }
  return false;
}

const halves = [
  { named: 0, right: 0, all: 0 },
  { named: 0, right: 0, all: 0 },
];
let unchanged = 0;
let named = 0;
let groundless = 0;
let moved = 0;
pages.set('/before', page);
const before = await capture('/before');
const beforeDom = unpackDom(before.dom!)!;
const beforePixels = await decode(before.image);
for (const [index, { id, change, right, moves }] of namedChanges.entries()) {
  pages.set('/after', change(page));
  const after = await capture('/after');
  const settings = comparisonSettings({});
  const result = await comparer.compare({
    before: { bytes: before.image },
    after: { bytes: after.image },
    settings,
    withMask: false,
  });
  const isSameSize = before.height === after.height;
  const changes = isSameSize
    ? result.regions.map(({ left, top, width, height }): Change => {
        const box = { left, top, width, height };
        return { kind: 'changed', before: box, after: box, changedPixels: 1, fingerprint: '' };
      })
    : [changeBetween(beforePixels, await decode(after.image))];
  const afterDom = unpackDom(after.dom!)!;
  const names = nameChanges(beforeDom, afterDom, changes).map(({ name }) => name);
  const sides = [
    { dom: beforeDom, pixels: beforePixels },
    { dom: afterDom, pixels: await decode(after.image) },
  ];
  for (const name of names) {
    if (name === undefined) continue;
    named++;
    if (differsUnder(name.selector, sides)) continue;
    groundless++;
    console.log(`GROUNDLESS  ${id}: ${name.selector}`);
  }
  const half = halves[index % 2]!;
  for (const name of names) {
    if (name === undefined && moves === true) {
      moved++;
      continue;
    }
    half.all++;
    if (name === undefined) continue;
    half.named++;
    if (right.includes(name.selector)) half.right++;
  }
  const wrong = names.filter((name) =>
    name === undefined ? moves !== true : !right.includes(name.selector),
  );
  const words = [...new Set(names.map((name) => (name === undefined ? 'no name' : nameWords(name))))];
  console.log(
    `${wrong.length === 0 ? 'right' : 'WRONG'}  ${index % 2 === 0 ? 'first' : 'second'}  ${id} (${names.length}): ${words.join(' | ')}`,
  );
  if (names.length === 0) unchanged++;
}
for (const [index, { all, named, right }] of halves.entries())
  console.log(
    `${index === 0 ? 'first' : 'second'} half: ${right} of ${all} right (${((right / all) * 100).toFixed(0)} %), ${all - named} without a name`,
  );
console.log(`${groundless} of ${named} names point at an element whose pixels did not change`);
if (moved > 0) console.log(`${moved} regions that only moved, without a name`);
if (unchanged > 0) console.log(`${unchanged} cases without a change`);

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
for (const count of [500, 2_000, 5_000]) {
  // Two nodes each: an element and its text.
  const items = Array.from(
    { length: count / 2 },
    (_, index) => `<span class="c${index % 9}">item ${index} </span>`,
  );
  pages.set('/large', `<!doctype html><body style="font:14px sans-serif">${items.join('')}`);
  const times = { with: [] as number[], without: [] as number[] };
  let bytes = 0;
  const recording = [] as number[];
  for (let round = 0; round < rounds; round++) {
    for (const dom of round % 2 === 0 ? [true, false] : [false, true]) {
      const result = await capture('/large', dom);
      (dom ? times.with : times.without).push(result.durationMs);
      if (!dom) continue;
      bytes = result.dom!.byteLength;
      recording.push(Number(/structure of the page: .*?, (\d+) ms/.exec(result.log)?.[1] ?? Number.NaN));
    }
  }
  const [on, off] = [median(times.with), median(times.without)];
  console.log(
    `${count} nodes: ${off.toFixed(0)} ms without, ${on.toFixed(0)} ms with (${((on / off - 1) * 100).toFixed(1)} %); recording ${median(recording)} ms, ${(bytes / 1_000).toFixed(1)} kB`,
  );
}
await Promise.all([capturer.close(), comparer.close()]);

/** A page of 5,000 elements, twenty children each. */
function largeSnapshot(textOf: (index: number) => string): Uint8Array {
  const elements = Array.from({ length: 5_000 }, (_, index) => ({
    tag: 'div',
    id: '',
    className: `c${index % 7}`,
    text: index % 3 === 0 ? '' : textOf(index),
    parent: index === 0 ? -1 : Math.floor((index - 1) / 20),
    box: { left: (index % 50) * 10, top: Math.floor(index / 50) * 20, width: 10, height: 20 },
    styles: recordedStyles.map((style) => `${style}${index % 11}`),
  }));
  return packDom({ elements });
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const changesToName = Array.from({ length: 200 }, (_, at): Change => {
  const box = { left: at, top: at * 8, width: 20, height: 20 };
  return { kind: 'changed', before: box, after: box, changedPixels: 1, fingerprint: '' };
});
for (const [what, textOf] of [
  ['one text of 5,000 elements', (index: number) => (index === 778 ? 'new' : `text ${index}`)],
  ['every text of 5,000 elements', (index: number) => `other ${index}`],
] as const) {
  const files = [largeSnapshot((index) => `text ${index}`), largeSnapshot(textOf)];
  const times = { reading: [] as number[], naming: [] as number[] };
  for (let round = 0; round < 31; round++) {
    const start = cpuMs();
    const [old, now] = files.map((file) => unpackDom(file)!);
    const read = cpuMs();
    nameChanges(old!, now!, changesToName);
    times.reading.push(read - start);
    times.naming.push(cpuMs() - read);
  }
  console.log(
    `${what} differ, 200 changes: reading ${median(times.reading).toFixed(1)} ms, naming ${median(times.naming).toFixed(1)} ms of CPU`,
  );
}
server.close();
