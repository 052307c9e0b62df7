import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImageFolder } from './image-folders.ts';
import { readPlaywrightFolder, readVitestFolder } from './snapshot-folders.ts';

/** Files by their paths with what is in them; a list: each holds its own path. */
function folderWith(files: Record<string, string> | readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-snapshots-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const entries = Array.isArray(files) ? files.map((path: string) => [path, path]) : Object.entries(files);
  for (const [path, text] of entries as [string, string][]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Names of what was rendered with the places of the images below a folder, and of the baselines. */
function seen({ runs, baselines }: ImageFolder, folder: string) {
  return {
    rendered: Object.fromEntries(
      runs.map(({ name, imagePath }) => [
        name,
        imagePath.slice(imagePath.indexOf(folder) + folder.length + 1),
      ]),
    ),
    baselines: baselines.map(({ name }) => name),
  };
}

const playwright = async (folder: string, below = '') =>
  seen(await readPlaywrightFolder(join(folder, below)), folder);
const vitest = async (folder: string, below = '') =>
  seen(await readVitestFolder(join(folder, below)), folder);

describe('Playwright', () => {
  it('finds snapshots wherever they lie, and nothing else', async () => {
    const folder = folderWith([
      'tests/shop.spec.ts',
      'tests/shop.spec.ts-snapshots/home-1-chromium-linux.png',
      'tests/shop.spec.ts-snapshots/deep/cart-chromium-linux.png',
      '__screenshots__/a.spec.ts/first.png',
      'src/__image_snapshots__/button-snap.png',
      'src/__image_snapshots__/__diff_output__/button-diff.png',
      'public/logo.png',
      'docs/page-actual.png',
    ]);
    expect(await playwright(folder)).toEqual({
      rendered: {},
      baselines: [
        'a.spec.ts/first',
        'src/button-snap',
        'tests/shop.spec.ts/deep/cart-chromium-linux',
        'tests/shop.spec.ts/home-1-chromium-linux',
      ],
    });
    expect(await playwright(folder, 'tests/shop.spec.ts-snapshots')).toEqual({
      rendered: {},
      baselines: ['deep/cart-chromium-linux', 'home-1-chromium-linux'],
    });
  });

  it('puts what a failed test rendered in the place of its snapshot', async () => {
    const folder = folderWith({
      'e2e/shop.spec.ts-snapshots/home-chromium-linux.png': 'home',
      'e2e/shop.spec.ts-snapshots/home-firefox-linux.png': 'home',
      'e2e/shop.spec.ts-snapshots/home-page-chromium-linux.png': 'home page',
      'e2e/shop.spec.ts-snapshots/deep/cart page-chromium-linux.png': 'cart',
      'e2e/shop.spec.ts-snapshots/passed-chromium-linux.png': 'passed',
      'e2e/blog.spec.ts-snapshots/home-chromium-linux.png': 'home',
      'test-results/shop-home-page-chromium/home-actual.png': 'first try',
      'test-results/shop-home-page-chromium/home-expected.png': 'home',
      'test-results/shop-home-page-chromium/home-diff.png': 'diff',
      'test-results/shop-home-page-chromium-retry1/home-actual.png': 'second try',
      'test-results/shop-home-page-chromium-retry1/home-expected.png': 'home',
      'test-results/shop-nested-chromium/deep/cart page-actual.png': 'new cart',
      'test-results/shop-nested-chromium/deep/cart page-expected.png': 'cart',
      'test-results/blog-home-chromium/home-actual.png': 'new blog',
      'test-results/blog-home-chromium/home-expected.png': 'home',
      'test-results/shop-home-page-chromium/test-failed-1.png': 'whole page',
    });
    const expected = {
      rendered: {
        'e2e/blog.spec.ts/home-chromium-linux': 'test-results/blog-home-chromium/home-actual.png',
        'e2e/shop.spec.ts/home-chromium-linux': 'test-results/shop-home-page-chromium-retry1/home-actual.png',
        'e2e/shop.spec.ts/deep/cart page-chromium-linux':
          'test-results/shop-nested-chromium/deep/cart page-actual.png',
      },
      baselines: [
        'e2e/shop.spec.ts/home-firefox-linux',
        'e2e/shop.spec.ts/home-page-chromium-linux',
        'e2e/shop.spec.ts/passed-chromium-linux',
      ],
    };
    expect(await playwright(folder)).toEqual(expected);
    // The results lie beside the tests.
    const below = await readPlaywrightFolder(join(folder, 'e2e'));
    expect(below.runs.map(({ name }) => `e2e/${name}`).sort()).toEqual(Object.keys(expected.rendered).sort());
    expect(below.folders).toHaveLength(2);
  });

  it('takes a snapshot by its bytes where the names of files are made in another way', async () => {
    const folder = folderWith({
      '__screenshots__/desktop/start/home.png': 'desktop',
      '__screenshots__/phone/start/home.png': 'phone',
      'out/start-home-phone/home-actual.png': 'new',
      'out/start-home-phone/home-expected.png': 'phone',
    });
    expect(await playwright(folder)).toEqual({
      rendered: { 'phone/start/home': 'out/start-home-phone/home-actual.png' },
      baselines: ['desktop/start/home'],
    });
  });

  it('takes what a test rendered first, without a snapshot to compare with', async () => {
    const folder = folderWith({
      'shop.spec.ts-snapshots/home-linux.png': 'home',
      'test-results/shop-home/home-actual.png': 'home',
      'test-results/shop-other-chromium-retry2/other-actual.png': 'other',
    });
    expect(await playwright(folder)).toEqual({
      rendered: {
        'shop.spec.ts/home-linux': 'test-results/shop-home/home-actual.png',
        'shop-other-chromium/other': 'test-results/shop-other-chromium-retry2/other-actual.png',
      },
      baselines: [],
    });
  });

  it('takes what jest-image-snapshot received', async () => {
    const folder = folderWith([
      'src/__image_snapshots__/button-snap.png',
      'src/__image_snapshots__/link-snap.png',
      'src/__image_snapshots__/__received_output__/button-snap-received.png',
      'src/__image_snapshots__/__diff_output__/button-snap-diff.png',
    ]);
    const received = 'src/__image_snapshots__/__received_output__/button-snap-received.png';
    expect(await playwright(folder)).toEqual({
      rendered: { 'src/button-snap': received },
      baselines: ['src/link-snap'],
    });
    expect(await playwright(folder, 'src/__image_snapshots__')).toEqual({
      rendered: { 'button-snap': received },
      baselines: ['link-snap'],
    });
  });
});

describe('Vitest', () => {
  const files = [
    'package.json',
    'src/__screenshots__/a.test.ts/home-chromium-linux.png',
    'src/__screenshots__/a.test.ts/sub/dir-name-chromium-linux.png',
    'src/__screenshots__/a.test.ts/an-actual-thing-chromium-linux.png',
    'src/__screenshots__/a.test.ts/passed-chromium-linux.png',
    '.vitest-attachments/ef8868b83c25b65936e6f9360f04aab888b27a84.png',
    '.vitest-attachments/src/a.test.ts/home-actual-chromium-linux.png',
    '.vitest-attachments/src/a.test.ts/home-diff-chromium-linux.png',
    '.vitest-attachments/src/a.test.ts/sub/dir-name-actual-chromium-linux.png',
    '.vitest-attachments/src/a.test.ts/an-actual-thing-actual-chromium-linux.png',
  ];
  const rendered = (beside: string) => ({
    [`${beside}a.test.ts/home-chromium-linux`]:
      '.vitest-attachments/src/a.test.ts/home-actual-chromium-linux.png',
    [`${beside}a.test.ts/sub/dir-name-chromium-linux`]:
      '.vitest-attachments/src/a.test.ts/sub/dir-name-actual-chromium-linux.png',
    [`${beside}a.test.ts/an-actual-thing-chromium-linux`]:
      '.vitest-attachments/src/a.test.ts/an-actual-thing-actual-chromium-linux.png',
  });

  it('puts what a failed test rendered in the place of its reference', async () => {
    const folder = folderWith(files);
    expect(await vitest(folder)).toEqual({
      rendered: rendered('src/'),
      baselines: ['src/a.test.ts/passed-chromium-linux'],
    });
  });

  it('finds it also beside the folder that was named', async () => {
    const folder = folderWith([
      ...files,
      '.vitest-attachments/other/b.test.ts/home-actual-chromium-linux.png',
    ]);
    expect(await vitest(folder, 'src')).toEqual({
      rendered: rendered(''),
      baselines: ['a.test.ts/passed-chromium-linux'],
    });
  });
});
