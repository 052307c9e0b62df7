/** Every relative link of every Markdown file leads to a file that is there, and to a heading of it. */
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LinkChecker } from '../../scripts/docs-site/links.ts';

const root = join(import.meta.dirname, '../..');
const notOurs = [
  'node_modules',
  'build',
  'dist',
  'coverage',
  '.node',
  '.node.new',
  '.git',
  '.demo',
  'dpxdt-report',
  'out',
];
const files = globSync(['**/*.md', '.*/**/*.md'], { cwd: root, exclude: (name) => notOurs.includes(name) })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();

describe('links of Markdown files', () => {
  it('are looked for everywhere', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'README.md',
        'SECURITY.md',
        'bench/README.md',
        'docs/README.md',
        'docs/adr/0001-one-package.md',
        'examples/README.md',
      ]),
    );
  });

  it('lead to files and headings that are there', () => {
    const checker = new LinkChecker(root);
    expect(files.flatMap((file) => checker.brokenLinks(file))).toEqual([]);
  });
});

describe('the check of links', () => {
  const folder = mkdtempSync(join(tmpdir(), 'links-'));
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  mkdirSync(join(folder, 'docs'));
  afterAll(() => rmSync(folder, { recursive: true }));
  write('docs/there.md', '# The `--flag`, and _more_\n\n## Twice\n\n## Twice\n\n```sh\n# no heading\n```\n');
  write('docs/an image.png', '');

  it.each([
    'docs/there.md',
    './docs/there.md#the---flag-and-more',
    '/docs/there.md#twice-1',
    'docs/',
    'docs/an%20image.png',
    '#here',
    'https://example.com/gone.md',
    'mailto:someone@example.com',
  ])('%s is good', (link) => {
    write('good.md', `# Here\n\n[words](${link})\n`);
    expect(new LinkChecker(folder).brokenLinks('good.md')).toEqual([]);
  });

  it.each([
    ['docs/gone.md', 'no such file'],
    ['there.md', 'no such file'],
    ['docs/there.md#twice-2', 'no heading of docs/there.md has this anchor'],
    ['docs/there.md#Twice', 'no heading of docs/there.md has this anchor'],
    ['docs/there.md#no-heading', 'no heading of docs/there.md has this anchor'],
    ['#gone', 'no heading of bad.md has this anchor'],
    ['../outside.md', 'leads out of the repository'],
  ])('%s is broken', (link, trouble) => {
    for (const text of [
      `[words](${link})`,
      `![image](${link})`,
      `[words][1]\n\n[1]: ${link}`,
      `<a href="${link}">`,
    ]) {
      write('bad.md', `# Here\n\n${text}\n`);
      expect(new LinkChecker(folder).brokenLinks('bad.md'), text).toEqual([`bad.md: ${link}: ${trouble}`]);
    }
  });

  it('leaves code alone', () => {
    write('code.md', '`[words](gone.md)`\n\n```md\n[words](gone.md)\n```\n');
    expect(new LinkChecker(folder).brokenLinks('code.md')).toEqual([]);
  });
});
