/** `npm run local-demo` behind its set-up script: the example shop's two versions through the real command line. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalReport } from '../../src/contract/files/local-report.ts';

const root = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-demo-'));
const report = join(folder, 'report');

let blocker: Server;
let status: number | null;
let text = '';

beforeAll(async () => {
  // Port 8000 is busy, because of this test or another program: the demo must cope with both.
  blocker = createServer();
  await new Promise<void>((done) => {
    blocker.once('error', () => done());
    blocker.listen(8000, '127.0.0.1', done);
  });
  const child = spawn(
    process.execPath,
    ['scripts/local-demo.ts', '--work', join(folder, 'work'), '--report', report],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  status = await new Promise((done) => child.once('close', done));
});

afterAll(() => {
  blocker.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the local demo', () => {
  it('ends well although it found differences, and says where the report is', () => {
    expect(status, text).toBe(0);
    expect(text).toContain(pathToFileURL(join(report, 'index.html')).href);
  });

  it('takes another port when 8000 is taken, and says so', () => {
    expect(text).toMatch(/Port 8000 is taken by another program, so the shop is served on port 8\d\d\d\./);
  });

  it('finds the five changed pages and no others', () => {
    const { tests } = JSON.parse(readFileSync(join(report, 'results.json'), 'utf8')) as LocalReport;
    const states = Object.fromEntries(tests.map(({ name, state }) => [name, state]));
    expect(states).toEqual({
      'home@desktop': 'differs',
      'home@phone': 'differs',
      'products@desktop': 'differs',
      'products@phone': 'differs',
      product: 'differs',
      cart: 'same',
      checkout: 'differs',
      about: 'same',
      journal: 'differs',
      contact: 'same',
    });
  });

  it('lists the change of the header once, for all pages that have it', () => {
    const { changes } = JSON.parse(readFileSync(join(report, 'results.json'), 'utf8')) as LocalReport;
    expect(changes![0]).toMatchObject({
      words: 'header.top > div.wrap > a.basket: text "Basket · 3" → "Basket · 4"',
      tests: [
        'home@desktop',
        'home@phone',
        'products@desktop',
        'products@phone',
        'product',
        'checkout',
        'journal',
      ],
      wholeOnly: [],
    });
    expect(text).toMatch(/ {2}[0-9a-f]{6,} {2}header\.top > div\.wrap > a\.basket: .* {3}7 tests\n/);
  });

  it('makes images of whole pages', () => {
    const { tests } = JSON.parse(readFileSync(join(report, 'results.json'), 'utf8')) as LocalReport;
    const journal = tests.find((test) => test.name === 'journal')!;
    expect(journal.before!.height).toBeGreaterThan(6000);
    expect(journal.after!.height).toBeGreaterThan(journal.before!.height);
    expect(readFileSync(join(report, 'index.html'), 'utf8')).toContain('journal');
  });
});
