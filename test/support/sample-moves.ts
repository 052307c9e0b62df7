/** Pairs of pages of which parts moved, each with the alignment that the image engine reports for it. */

import sharp from 'sharp';
import type { Alignment, Box, Change, MovedBlock } from '../../src/domain/comparison/alignment.ts';

export interface MovedPages {
  before: Buffer;
  after: Buffer;
  alignment: Alignment;
  /** Changed pixels after alignment, in coordinates of the after image. */
  alignedMask: Buffer;
}

const width = 1280;

/** A piece of a page, drawn from its top left corner. */
interface Piece {
  id: string;
  height: number;
  svg: string;
}

const text = (x: number, y: number, words: string, more = '') =>
  `<text x="${x}" y="${y}" ${more}>${words}</text>`;

const header: Piece = {
  id: 'header',
  height: 72,
  svg: `<rect width="${width}" height="72" fill="#ffffff"/><rect y="71" width="${width}" height="1" fill="#e5e7eb"/>
    ${text(181, 45, 'The Journal', 'font-size="24" font-weight="700"')}
    ${text(780, 44, 'Essays', 'font-size="15" fill="#4b5563"')}${text(860, 44, 'Interviews', 'font-size="15" fill="#4b5563"')}
    ${text(980, 44, 'Letters', 'font-size="15" fill="#4b5563"')}${text(1060, 44, 'About', 'font-size="15" fill="#4b5563"')}`,
};

const title: Piece = {
  id: 'title',
  height: 190,
  svg: `${text(181, 90, 'A slow walk along the coast', 'font-size="44" font-weight="700"')}
    ${text(181, 134, 'Notes from eleven days between two lighthouses', 'font-size="20" fill="#4b5563"')}`,
};

const photo: Piece = {
  id: 'photo',
  height: 340,
  svg: `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#bfdbfe"/><stop offset="1" stop-color="#fde68a"/></linearGradient></defs>
    <rect x="181" width="917" height="300" fill="url(#sky)"/><path d="M181 300 L420 150 L600 240 L820 90 L1098 300 Z" fill="#64748b"/>
    <circle cx="930" cy="80" r="36" fill="#fff7ed"/>`,
};

const lines = [
  'The path leaves the village behind the chapel and climbs through gorse, with the sea on the left all the way.',
  'By noon the fog had lifted and both towers could be seen at once, which nobody in the house believed later.',
  'We ate on the wall of the old signal station. Somebody had painted the dates of every storm on its door.',
  'It takes four hours at a quiet pace, five with a dog, and most of a day with anyone who collects stones.',
];

function paragraph(number: number, change?: { line: number; from: string; to: string }): Piece {
  const told = lines.map((line, index) =>
    change?.line === index ? line.replace(change.from, change.to) : line,
  );
  const first = text(181, 34, `${number}.`, 'font-size="17" font-weight="700"');
  const rest = told.map((line, index) => text(212, 34 + index * 30, line, 'font-size="17" fill="#1f2937"'));
  return { id: `paragraph ${number}`, height: 150, svg: first + rest.join('') };
}

const notice: Piece = {
  id: 'notice',
  height: 64,
  svg: `<rect x="181" y="0" width="917" height="48" rx="6" fill="#fef3c7"/>
    ${text(205, 30, 'The northern path is closed until the end of March.', 'font-size="16" fill="#92400e"')}`,
};

const banner: Piece = {
  id: 'banner',
  height: 120,
  svg: `<rect width="${width}" height="104" fill="#1e3a8a"/>${text(640, 62, 'Subscribe: four printed issues a year', 'font-size="22" font-weight="600" fill="#ffffff" text-anchor="middle"')}`,
};

const footer: Piece = {
  id: 'footer',
  height: 110,
  svg: `<rect width="${width}" height="110" fill="#f3f4f6"/>${text(181, 60, 'Printed on paper, posted on Fridays.', 'font-size="15" fill="#6b7280"')}`,
};

interface Page {
  height: number;
  svg: string;
  top: ReadonlyMap<string, number>;
}

function stack(pieces: readonly Piece[], least = 0): Page {
  const top = new Map<string, number>();
  let y = 0;
  const drawn = pieces.map((piece) => {
    top.set(piece.id, y);
    const svg = `<g transform="translate(0 ${y})">${piece.svg}</g>`;
    y += piece.height;
    return svg;
  });
  return { height: Math.max(least, y), svg: drawn.join(''), top };
}

async function render({ height, svg }: Pick<Page, 'height' | 'svg'>): Promise<Buffer> {
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="Liberation Sans, Arial, sans-serif" fill="#111827"><rect width="${width}" height="${height}" fill="#fffefb"/>${svg}</svg>`;
  return sharp(Buffer.from(page), { limitInputPixels: false, unlimited: true })
    .flatten({ background: '#fff' })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** The boxes of what differs, filled: what the engine's mask has there, without its holes. */
async function maskOf(height: number, boxes: readonly Box[]): Promise<Buffer> {
  const drawn = boxes.map(
    (box) => `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`;
  return sharp(Buffer.from(svg), { limitInputPixels: false }).png().toBuffer();
}

const box = (left: number, top: number, boxWidth: number, height: number): Box => ({
  left,
  top,
  width: boxWidth,
  height,
});

export function moved(before: Box, by: { x?: number; y?: number }, kind: MovedBlock['kind'] = 'moved') {
  const after = { ...before, left: before.left + (by.x ?? 0), top: before.top + (by.y ?? 0) };
  return { kind, before, after } satisfies MovedBlock;
}

let made = 0;

/** A change with a new fingerprint. */
export function changeOf(change: Omit<Change, 'fingerprint' | 'changedPixels'> & { changedPixels?: number }) {
  const shown = (change.after ?? change.before)!;
  const fingerprint = `fp1:${(++made).toString(16).padStart(32, '0')}`;
  return { changedPixels: Math.ceil((shown.width * shown.height) / 3), fingerprint, ...change };
}

/** An alignment of these blocks and changes, counted as the engine counts. */
export function alignmentOf(
  blocks: readonly MovedBlock[],
  changes: readonly Change[],
  more: Partial<Alignment> = {},
): Alignment {
  const pixels = (boxes: readonly Box[]) => boxes.reduce((sum, each) => sum + each.width * each.height, 0);
  const content = changes.reduce((sum, { changedPixels }) => sum + changedPixels, 0);
  const summary = blocks.length === 0 ? 'changed' : content === 0 ? 'moved' : 'moved_and_changed';
  return {
    version: 1,
    summary,
    movedPixels: pixels(blocks.map(({ after }) => after)),
    contentPixels: content,
    residuePixels: 0,
    spacePixels: 0,
    truncated: false,
    blocks: [...blocks],
    blockCount: blocks.length,
    changes: [...changes],
    changeCount: changes.length,
    complete: true,
    ...more,
  };
}

async function pagesOf(before: Page, after: Page, alignment: Alignment): Promise<MovedPages> {
  const changed = alignment.changes.flatMap(({ kind, after: shown }) =>
    shown === null || kind === 'reordered' || kind === 'space' ? [] : [shown],
  );
  const [beforePng, afterPng, alignedMask] = await Promise.all([
    render(before),
    render(after),
    maskOf(after.height, changed),
  ]);
  return { before: beforePng, after: afterPng, alignment, alignedMask };
}

/** A notice of 64 rows above the text, and a word that changed far below it. @param paragraphs at least 6 */
export async function insertedParagraph(paragraphs = 8): Promise<MovedPages> {
  const numbers = Array.from({ length: paragraphs }, (_, index) => index + 1);
  const old = numbers.map((number) => paragraph(number));
  const word = { line: 1, from: 'noon', to: 'evening' };
  const changedAt = paragraphs - 3;
  const now = numbers.map((number) => paragraph(number, number === changedAt ? word : undefined));
  const before = stack([header, title, photo, ...old.slice(0, 2), ...old.slice(2), footer]);
  const after = stack([header, title, photo, ...now.slice(0, 2), notice, ...now.slice(2), footer]);
  const top = after.top.get('notice')!;
  const line = after.top.get(`paragraph ${changedAt}`)! + 48;
  const changes = [
    changeOf({
      kind: 'added',
      before: null,
      after: box(181, top, 917, 48),
      name: {
        selector: 'main > p.notice',
        kind: 'added',
        facts: [{ what: 'added', before: null, after: null }],
      },
    }),
    changeOf({
      kind: 'changed',
      before: box(212, line - 64, 830, 22),
      after: box(212, line, 830, 22),
      name: {
        selector: `article > p:nth-child(${changedAt})`,
        kind: 'changed',
        facts: [{ what: 'text', before: 'By noon the fog', after: 'By evening the fog' }],
      },
    }),
  ];
  const blocks = [moved(box(0, top, width, before.height - top), { y: 64 })];
  return pagesOf(before, after, alignmentOf(blocks, changes));
}

/** The same page without its banner: rows that only the before image has. */
export async function removedRows(): Promise<MovedPages> {
  const rest = [1, 2, 3, 4, 5, 6].map((number) => paragraph(number));
  const before = stack([header, title, banner, ...rest, footer]);
  const after = stack([header, title, ...rest, footer]);
  const top = before.top.get('banner')!;
  const blocks = [moved(box(0, top + 120, width, before.height - top - 120), { y: -120 })];
  const changes = [changeOf({ kind: 'removed', before: box(0, top, width, 104), after: null })];
  return pagesOf(before, after, alignmentOf(blocks, changes));
}

function sidebarCard(number: number): Piece {
  const ground = `<rect x="860" width="260" height="140" rx="8" fill="#f1f5f9" stroke="#cbd5e1"/>`;
  const words = `${text(880, 40, `Letter ${number}`, 'font-size="18" font-weight="600"')}${text(880, 70, 'Dear reader, the boat is late.', 'font-size="14" fill="#475569"')}`;
  return {
    id: `card ${number}`,
    height: 160,
    svg: `${ground}${words}<circle cx="${900 + number * 12}" cy="105" r="16" fill="hsl(${number * 70} 60% 60%)"/>`,
  };
}

function columnLine(number: number): Piece {
  const svg = `${text(181, 30, `${number}. ${lines[number % lines.length]!.slice(0, 66)}`, 'font-size="17" fill="#1f2937"')}`;
  return { id: `line ${number}`, height: 46, svg };
}

/** The right column moved down by 64 rows, the left one did not move. */
export async function movedColumn(): Promise<MovedPages> {
  const main = stack(Array.from({ length: 18 }, (_, index) => columnLine(index + 1)));
  const cards = [1, 2, 3, 4].map(sidebarCard);
  const advert: Piece = {
    id: 'advert',
    height: 64,
    svg: `<rect x="860" width="260" height="48" rx="8" fill="#dcfce7"/>${text(880, 30, 'New: the spring issue', 'font-size="16" fill="#166534"')}`,
  };
  const top = header.height + title.height;
  const columns = (side: Page): Page => ({
    ...side,
    height: top + main.height + 40,
    svg: `${header.svg}<g transform="translate(0 ${header.height})">${title.svg}</g><g transform="translate(0 ${top})">${main.svg}${side.svg}</g>`,
  });
  const blocks = [moved(box(860, top, 260, 620), { y: 64 })];
  const changes = [changeOf({ kind: 'added', before: null, after: box(860, top, 260, 48) })];
  return pagesOf(columns(stack(cards)), columns(stack([advert, ...cards])), alignmentOf(blocks, changes));
}

function listCard(number: number): Piece {
  const x = 181;
  return {
    id: `item ${number}`,
    height: 132,
    svg: `<rect x="${x}" width="917" height="112" rx="8" fill="#ffffff" stroke="#d1d5db"/><rect x="${x + 16}" y="16" width="120" height="80" rx="4" fill="hsl(${number * 63} 55% 70%)"/>
      ${text(x + 160, 48, `Chapter ${number}: ${['Harbor', 'Cliff', 'Ferry', 'Dunes', 'Pier'][number - 1]}`, 'font-size="20" font-weight="600"')}${text(x + 160, 80, lines[number % lines.length]!.slice(0, 70), 'font-size="15" fill="#4b5563"')}`,
  };
}

/** The fourth card of a list became its second. */
export async function reorderedCard(): Promise<MovedPages> {
  const order = (numbers: readonly number[]) => stack([header, title, ...numbers.map(listCard), footer]);
  const before = order([1, 2, 3, 4, 5]);
  const after = order([1, 4, 2, 3, 5]);
  const card = (top: number, count = 1) => box(181, top, 917, 132 * count - 20);
  const from = before.top.get('item 4')!;
  const to = after.top.get('item 4')!;
  const blocks = [
    moved(card(from), { y: to - from }, 'reordered'),
    moved(box(0, before.top.get('item 2')!, width, 264), { y: 132 }),
  ];
  const changes = [changeOf({ kind: 'reordered', before: card(from), after: card(to), changedPixels: 0 })];
  return pagesOf(before, after, alignmentOf(blocks, changes, { summary: 'moved' }));
}

/** A longer word in the navigation pushes its neighbors to the right. */
export async function movedSideways(): Promise<MovedPages> {
  const nav = (word: string, by: number): Piece => ({
    ...header,
    svg: `<rect width="${width}" height="72" fill="#ffffff"/><rect y="71" width="${width}" height="1" fill="#e5e7eb"/>
      ${text(181, 45, 'The Journal', 'font-size="24" font-weight="700"')}${text(780, 44, word, 'font-size="15" fill="#4b5563"')}
      ${text(860 + by, 44, 'Interviews', 'font-size="15" fill="#4b5563"')}${text(980 + by, 44, 'Letters', 'font-size="15" fill="#4b5563"')}${text(1060 + by, 44, 'About', 'font-size="15" fill="#4b5563"')}`,
  });
  const rest = [title, photo, paragraph(1), paragraph(2), footer];
  const blocks = [moved(box(858, 30, 245, 20), { x: 28 })];
  const changes = [
    changeOf({
      kind: 'resized',
      before: box(779, 31, 48, 18),
      after: box(779, 31, 78, 18),
      name: {
        selector: 'header > nav > a',
        kind: 'changed',
        facts: [
          { what: 'text', before: 'Essays', after: 'Long essays' },
          { what: 'size', before: '48 × 18', after: '78 × 18' },
        ],
      },
    }),
  ];
  return pagesOf(
    stack([nav('Essays', 0), ...rest]),
    stack([nav('Long essays', 28), ...rest]),
    alignmentOf(blocks, changes),
  );
}

/** Every line moved by another distance. */
export async function reflowed(): Promise<MovedPages> {
  const numbers = Array.from({ length: 18 }, (_, index) => index + 1);
  const spread = (extra: number) =>
    stack([
      header,
      title,
      ...numbers.map((number) => ({ ...columnLine(number), height: 46 + extra })),
      footer,
    ]);
  const before = spread(0);
  const after = spread(2);
  const blocks = numbers.slice(1).map((number) => {
    const top = before.top.get(`line ${number}`)!;
    return moved(box(0, top, width, 46), { y: after.top.get(`line ${number}`)! - top });
  });
  return pagesOf(before, after, alignmentOf(blocks, [], { summary: 'reflow' }));
}
