/** The manual has an order, and the site that is built from it is whole. */
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { Parser } from 'htmlparser2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDocsSite, type BuiltSite } from '../../scripts/docs-site/build.ts';
import { makeSearch } from '../../scripts/docs-site/client/search.ts';
import { entriesOf, indexPath, readNavigation } from '../../scripts/docs-site/navigation.ts';
import { addressOf, manualPages, readSite } from '../../scripts/docs-site/pages.ts';

const root = join(import.meta.dirname, '../..');
const content = readSite(root);
const navigation = readNavigation(content.pages);

describe('docs/README.md', () => {
  it('has the four kinds of pages in their order', () => {
    expect(navigation.map(({ title }) => title)).toEqual([
      'Tutorials',
      'How-to guides',
      'Reference',
      'Explanation',
    ]);
    for (const { entries } of navigation) expect(entries.length).toBeGreaterThan(0);
  });

  it('lists every page', () => {
    const listed = new Set(entriesOf(navigation).map(({ path }) => path));
    const pages = manualPages(root).filter((path) => path !== 'README.md' && path !== indexPath);
    expect(pages.length).toBeGreaterThan(40);
    expect(pages.filter((path) => !listed.has(path))).toEqual([]);
  });

  it('lists nothing twice', () => {
    const places = entriesOf(navigation).map(({ path, anchor }) => `${path}#${anchor}`);
    expect(places).toEqual([...new Set(places)]);
  });
});

interface Html {
  ids: ReadonlySet<string>;
  /** Values of `href` and `src`. */
  targets: readonly string[];
  text: string;
}

it('pages have one title, and their headings leave no level out', () => {
  const wrong = [...content.pages.values()].filter(({ headings }) => {
    const levels = headings.map(({ level }) => level);
    return (
      levels[0] !== 1 || levels.some((level, at) => at > 0 && (level === 1 || level > levels[at - 1]! + 1))
    );
  });
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

describe('the site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-site-'));
  let site: BuiltSite;
  const pages = new Map<string, Html>();

  beforeAll(async () => {
    site = await buildDocsSite(root, folder);
    for (const page of site.pages) pages.set(page, readHtml(readFileSync(join(folder, page), 'utf8')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Null: the link is good or leads to another site. */
  function trouble(page: string, target: string): string | null {
    if (/^(https?:|mailto:|data:)/.test(target)) return null;
    const [written, anchor] = target.split('#') as [string, string?];
    const path = written === '' ? page : posix.join(posix.dirname(page), decodeURI(written));
    if (!existsSync(join(folder, path))) return 'no such file';
    if (written.endsWith('/')) return 'a folder, which no browser opens from disk';
    if (anchor === undefined || anchor === '') return null;
    return pages.get(path)?.ids.has(anchor) === true ? null : 'no such anchor';
  }

  it('has every page of the manual', () => {
    expect(globSync('**/*.html', { cwd: folder }).sort()).toEqual([...site.pages].sort());
    expect(site.pages).toEqual(
      expect.arrayContaining(
        manualPages(root).map((path) => path.replace('README.md', 'index.md').replace('.md', '.html')),
      ),
    );
    expect(pages.get('docs/capture.html')!.text).toContain('Pages that never settle');
  });

  it('has a page for a folder that is linked to, and the files that are', () => {
    expect(pages.get('docs/adr/index.html')!.targets).toContain('0001-one-package.html');
    const recipe = 'examples/ci/github-actions.yml';
    expect(readFileSync(join(folder, recipe))).toEqual(readFileSync(join(root, recipe)));
  });

  it('shows expressions of CI systems as they are written', () => {
    const text = pages.get('docs/ci.html')!.text;
    expect(text).toContain('DPXDT_SERVER: ${{ vars.DPXDT_SERVER }}');
    expect(text).toContain('${{ github.head_ref || github.ref_name }}');
  });

  it('has no dead links', () => {
    const dead = [...pages].flatMap(([page, { targets }]) =>
      targets.flatMap((target) => {
        const what = trouble(page, target);
        return what === null ? [] : [`${page}: ${target}: ${what}`];
      }),
    );
    expect([...new Set(dead)]).toEqual([]);
    expect(trouble('docs/local.html', 'gone.html')).toBe('no such file');
    expect(trouble('docs/local.html', 'capture.html#gone')).toBe('no such anchor');
  });

  it('loads scripts, styles and images only from itself', () => {
    const loaded = [...pages.keys()].flatMap((page) =>
      [
        ...readFileSync(join(folder, page), 'utf8').matchAll(
          /<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]*)"/g,
        ),
      ].map((match) => match[1]!),
    );
    expect(loaded.length).toBeGreaterThan(2 * pages.size);
    expect(loaded.filter((target) => /^(\w+:)?\/\//.test(target))).toEqual([]);
  });

  it('has each page in the list of pages, marked where it is open', () => {
    const html = readFileSync(join(folder, 'docs/capture.html'), 'utf8');
    expect(html).toContain('<a href="../docs/capture.html" aria-current="page">Capture config</a>');
    for (const { path } of entriesOf(navigation)) {
      const own = readFileSync(join(folder, addressOf(path)), 'utf8');
      expect(own.match(/aria-current="page"/g), path).toHaveLength(1);
    }
  });

  it('shows tags that are no markup as text, and runs only its own script', () => {
    const html = readFileSync(join(folder, 'docs/reliability.html'), 'utf8');
    expect(pages.get('docs/reliability.html')!.text).toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
    for (const page of pages.keys()) {
      const text = readFileSync(join(folder, page), 'utf8');
      expect(text.match(/<script\b/g), page).toHaveLength(1);
      expect(text, page).not.toMatch(/<[^>]*\sstyle=/);
    }
  });

  it('searches sections that are there', () => {
    expect(site.search.length).toBeGreaterThan(200);
    expect(site.search.filter(({ address }) => trouble('index.html', address) !== null)).toEqual([]);
  });

  it.each([
    ['exit statuses', 'docs/errors.html#exit-statuses'],
    ['anti-aliasing', 'docs/comparison.html#anti-aliasing'],
    ['create_release', 'docs/api.html#create_release'],
    ['failOnIncomp', 'docs/capture.html#when-parts-of-a-page-do-not-arrive'],
    ['bakups', 'docs/deploy.html#backups'],
  ])('finds %s', (query, address) => {
    const found = makeSearch(site.search)(query).map((one) => one.address);
    expect(found.slice(0, 5)).toContain(address);
  });

  it('finds nothing for what is nowhere, and shows an excerpt of what it finds', () => {
    const search = makeSearch(site.search);
    expect(search('qzxwvkj')).toEqual([]);
    for (const { excerpt } of search('thumbnail')) expect(excerpt.length).toBeLessThan(150);
    expect(search('thumbnail').some(({ excerpt }) => /thumbnail/i.test(excerpt))).toBe(true);
  });
});

function readHtml(html: string): Html {
  const ids = new Set<string>();
  const targets: string[] = [];
  let text = '';
  const parser = new Parser({
    onopentag(_name, { id, href, src }) {
      if (id !== undefined) ids.add(id);
      targets.push(...[href, src].filter((target) => target !== undefined));
    },
    ontext: (piece) => (text += piece),
  });
  parser.end(html);
  return { ids, targets, text };
}
