import { expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { chooserOf } from './choose-tests.ts';
import type { RunEvent } from './events.ts';
import { findTests, KnownTests, type FindPages } from './found-tests.ts';
import { parseSuite } from './read-files.ts';

async function find(yaml: string, findPages: FindPages, tags: string[] = []) {
  const suite = parseSuite(yaml, 'a.yaml', { currentFolder: '/', environment: {}, baseUrl: null });
  const events: RunEvent[] = [];
  const choice = { filter: '', tags, shard: null };
  const known = new KnownTests(suite.tests);
  const { tests, failures } = await findTests(suite, {
    command: 'test',
    choice,
    known,
    findPages,
    chooseFound: (found) => Promise.resolve(found.filter(chooserOf(choice, found))),
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  });
  return { tests, failures: failures.map(({ name, failure }) => [name, failure!.message]), known };
}

const pages: FindPages = ({ start }) => {
  const found = ['/', '/cart'].map((name) => ({ name, url: new URL(name, start).href }));
  return Promise.resolve({ pages: found, warnings: [], problem: null });
};

it('makes a test of each page, with the config, tags and sizes of its source', async () => {
  const yaml = `
defaults: { delayMs: 5 }
crawl:
  url: http://x.test/
  tags: [all]
  config: { mask: [a] }
  viewports: [{ width: 10, height: 20 }, { width: 30, height: 40, name: wide }]
`;
  const { tests } = await find(yaml, pages, ['all']);
  expect(tests.map(({ name }) => name)).toEqual(['/@10x20', '/@wide', '/cart@10x20', '/cart@wide']);
  expect(tests[3]!.run).toEqual({
    url: 'http://x.test/cart',
    config: { delayMs: 5, mask: ['a'], viewportSize: { width: 30, height: 40 } },
  });
  expect((await find(yaml, pages, ['other'])).tests).toEqual([]);
});

it('says what could not be found, and which name is taken', async () => {
  const yaml = 'tests:\n  - {name: /cart, url: "http://x.test/"}\nsitemap: http://x.test/s.xml\n';
  const taken = await find(yaml, pages);
  expect(taken.tests.map(({ name }) => name)).toEqual(['/']);
  expect(taken.failures).toEqual([
    ['/cart', expect.stringContaining('already used by the test at a.yaml:2:5')],
  ]);
  const broken = await find(yaml, () => Promise.reject(new AppError('unprocessable', 'No sitemap.')));
  expect(broken.failures).toEqual([['sitemap of http://x.test/s.xml', 'No sitemap.']]);
  expect(broken.known.isIncomplete).toBe(true);
});

it.each([
  ['crawl: file:x/', 'must be an http or https URL'],
  ['crawl: 3', 'must be an address'],
  ['sitemap: { url: /s.xml }', '"sitemap.url" is invalid'],
  ['sitemap: file:s.xml', 'add "baseUrl"'],
  ['sitemap: { url: "http://x/", depth: 2 }', '"sitemap.depth" is not a known key'],
  ['sitemap: { url: "http://x/", mask: [] }', '"sitemap.mask" belongs under "config"'],
])('refuses %s', (yaml, message) => {
  const options = { currentFolder: '/', environment: {}, baseUrl: null };
  expect(() => parseSuite(yaml, 'a.yaml', options)).toThrow(message);
});
