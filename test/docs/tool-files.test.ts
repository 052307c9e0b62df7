import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imageTest, parseImageTests } from '../../src/contract/files/image-tests.ts';
import { parseUrlTests, urlTest } from '../../src/contract/files/url-tests.ts';
import { parseYaml } from '../../src/local/yaml-document.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const page = read('docs/tool-files.md');

it.each(Object.keys({ ...urlTest.shape, ...imageTest.shape }))('the key %s has a row', (key) => {
  expect(page.split('\n').some((line) => line.startsWith(`| \`${key}\` |`))).toBe(true);
});

it('shows a file that works', () => {
  const text = /^```yaml\n([^]*?)^```$/m.exec(page)![1]!;
  expect(parseUrlTests(parseYaml(text, 'page'), 'page').map(({ name }) => name)).toEqual([
    'checkout@1280x800',
    'checkout@phone',
  ]);
});

it.each(['examples/my-urls.json', 'examples/my-urls.yaml'])('%s is a file of pages', (path) => {
  expect(parseUrlTests(parseYaml(read(path), path), path).length).toBeGreaterThan(2);
});

it('examples/my-images.json is a file of images', () => {
  const path = 'examples/my-images.json';
  expect(parseImageTests(parseYaml(read(path), path), path)).toHaveLength(2);
});
