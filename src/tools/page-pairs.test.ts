import { expect, it } from 'vitest';
import type { CaptureRun } from './planned-run.ts';
import { below, onePair, pairedWith, pairsOfLines, pairsOfPaths, runsOfPairs } from './page-pairs.ts';

const lines = (...texts: string[]) => texts.map((text, index) => ({ text, where: `list.txt:${index + 1}` }));

it("names the run of a pair by the new page's path and query", () => {
  const config = { injectCss: 'x' };
  expect(runsOfPairs([onePair('http://old/a', 'http://new/b?c=d#e')], config)).toEqual([
    {
      kind: 'capture',
      name: '/b?c=d',
      url: 'http://new/b?c=d#e',
      config,
      ref: { url: 'http://old/a', config },
    },
  ]);
});

it('reads pairs and paths', () => {
  expect(pairsOfLines(lines('http://old/a \t http://new/a'))).toEqual([
    { before: 'http://old/a', after: 'http://new/a' },
  ]);
  expect(pairsOfPaths('http://old', 'http://new/stage/?x=1', lines('/a?b=c', 'd/e'))).toEqual([
    { before: 'http://old/a?b=c', after: 'http://new/stage/a?b=c' },
    { before: 'http://old/d/e', after: 'http://new/stage/d/e' },
  ]);
});

it.each([
  ['http://x', '/', 'http://x/'],
  ['http://x/shop/', '/cart', 'http://x/shop/cart'],
  ['http://x/shop', 'cart', 'http://x/shop/cart'],
  ['http://x/#top', '/cart', 'http://x/cart'],
])('%s and %s are %s', (prefix, path, whole) => expect(below(prefix, path)).toBe(whole));

it('refuses what is no pair', () => {
  expect(() => onePair('x', 'http://new/')).toThrow('BEFORE is not an absolute URL: "x".');
  expect(() => onePair('http://old/', 'ftp://new/')).toThrow("AFTER has the scheme 'ftp'");
  expect(() => pairsOfLines(lines('http://old/'))).toThrow('list.txt:1: a line must contain two addresses');
  expect(() => pairsOfLines(lines('http://o/ http://n/', 'http://o/ n'))).toThrow('list.txt:2: after is not');
  const twice = [onePair('http://old/', 'http://a/'), onePair('http://old/', 'http://b/')];
  expect(() => runsOfPairs(twice, {})).toThrow('http://a/ and http://b/ would both be named "/"');
});

it('pairs what a crawl of the new version finds with the same paths of the old one', async () => {
  async function* found(): AsyncGenerator<CaptureRun> {
    for (const path of ['', '/', '/cart?a=b']) {
      yield { kind: 'capture', name: path, url: `http://new/shop${path}`, config: {} };
    }
  }
  const urls: string[] = [];
  for await (const run of pairedWith(found(), { before: 'http://old/', after: 'http://new/shop' })) {
    urls.push(run.ref!.url);
  }
  expect(urls).toEqual(['http://old/', 'http://old/', 'http://old/cart?a=b']);
});
