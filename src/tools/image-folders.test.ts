import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readCypressFolder, readPlainFolder, type ImageFolder } from './image-folders.ts';

function folderWith(...paths: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), 'image');
  }
  return folder;
}

const namesOf = ({ runs }: ImageFolder) => runs.map(({ name }) => name);

it('names the images of a plain folder by their paths, in order', async () => {
  const folder = folderWith(
    'home.png',
    'shop/cart.PNG',
    'shop/a b.jpeg',
    'notes.txt',
    '.cache/old.png',
    'node_modules/x/logo.png',
  );
  symlinkSync(join(folder, 'home.png'), join(folder, 'linked.png'));
  symlinkSync(folder, join(folder, 'loop'));
  const found = await readPlainFolder(folder);
  expect(namesOf(found)).toEqual(['home', 'linked', 'shop/a b', 'shop/cart']);
  expect(found.runs[3]).toMatchObject({ kind: 'image', imagePath: join(folder, 'shop/cart.PNG') });
});

it("takes of Cypress' attempts the last, and leaves out what it captured because a test failed", async () => {
  const folder = folderWith(
    'shop.cy.js/Shop -- home.png',
    'shop.cy.js/Shop -- cart.png',
    'shop.cy.js/Shop -- cart (attempt 2).png',
    'shop.cy.js/Shop -- cart (attempt 10).png',
    'shop.cy.js/Shop -- broken (failed).png',
    'shop.cy.js/Shop -- broken (failed) (attempt 2).png',
    'shop.cy.js/__diff_output__/home.diff.png',
  );
  const found = await readCypressFolder(folder);
  expect(found.runs.map(({ name, imagePath }) => [name, imagePath.slice(folder.length)])).toEqual([
    ['shop.cy.js/Shop -- cart', '/shop.cy.js/Shop -- cart (attempt 10).png'],
    ['shop.cy.js/Shop -- home', '/shop.cy.js/Shop -- home.png'],
  ]);
  expect(found.warnings).toEqual(['2 images that Cypress captured because a test failed were left out.']);
});

it('says what is wrong with a folder', async () => {
  const folder = folderWith('a.png', `${'d'.repeat(200)}/${'e'.repeat(100)}.png`);
  await expect(readPlainFolder(join(folder, 'none'))).rejects.toThrow(/none" does not exist\.$/);
  await expect(readPlainFolder(join(folder, 'a.png'))).rejects.toThrow(/a\.png" is not a folder\.$/);
  await expect(readPlainFolder(folder)).rejects.toThrow('has more than 255 characters');
  expect(namesOf(await readPlainFolder(folderWith()))).toEqual([]);
});
