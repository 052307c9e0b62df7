/** No file uses a word that `docs/glossary.md` bans, but for the exceptions beside this file. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bannedWordsOf,
  commentsOf,
  namesOf,
  passagesOf,
  proseOf,
  usesOf,
  type Passage,
  type Use,
} from '../support/glossary.ts';
import { exceptions, type Exception } from './glossary-exceptions.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const glossary = read('docs/glossary.md');
const banned = bannedWordsOf(glossary);

/** Every file of the repository, also one that is not committed yet. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)));

const isGenerated = (markdown: string): boolean => markdown.includes('Made by "npm run docs"');
/** The changelog's open section; what was released is history. */
const unreleasedOf = (changelog: string): string => changelog.split(/^## /m).slice(0, 2).join('');

function passagesOfFile(file: string): Passage[] {
  const name: Passage = { place: 'names', file, text: file };
  if (file.endsWith('.md')) {
    const markdown = read(file);
    const text = proseOf(file === 'CHANGELOG.md' ? unreleasedOf(markdown) : markdown);
    return [name, { place: isGenerated(markdown) ? 'texts' : 'docs', file, text }];
  }
  if (!/\.tsx?$/.test(file)) return [name];
  const source = read(file);
  const isProduct = file.startsWith('src/') && !/\.test\.tsx?$/.test(file);
  const passages = isProduct ? passagesOf(file, source) : namesOf(file, source);
  return [name, ...passages, ...commentsOf(file, source)];
}

const isBelow = (file: string, path: string): boolean =>
  path.endsWith('/') ? file.startsWith(path) : file === path;

function exempts({ word, path, within }: Exception, use: Use): boolean {
  if ((word !== '*' && word !== use.word) || !isBelow(use.file, path)) return false;
  if (within === undefined) return true;
  return use.place === 'names' ? use.excerpt === within : use.excerpt.includes(within);
}

describe('the repository', () => {
  const uses = usesOf(banned, files.flatMap(passagesOfFile));

  it('is read: names, documents, texts and comments', () => {
    const passages = ['docs/capture.md', 'docs/config.md', 'src/local/run.ts'].flatMap(passagesOfFile);
    expect(new Set(passages.map(({ place }) => place)).size).toBe(4);
    expect(files.length).toBeGreaterThan(900);
  });

  it('uses no banned word', () => {
    const wrong = uses.filter((use) => !exceptions.some((exception) => exempts(exception, use)));
    expect(
      wrong.map(({ word, place, file, excerpt }) => `${file}: "${word}" in ${place}: ${excerpt}`),
    ).toEqual([]);
  });

  it.each(exceptions)('needs the exception of "$word" in $path: $within', (exception) => {
    expect(uses.some((use) => exempts(exception, use))).toBe(true);
  });
});

describe('the glossary', () => {
  it('bans words in known places, each once', () => {
    const words = banned.map(({ word }) => word);
    expect(words).toEqual(expect.arrayContaining(['picture', 'cancelled', 'differ', 'for ever']));
    expect(words).toEqual([...new Set(words)]);
  });

  it('refuses a place that does not exist', () => {
    const table =
      '## Words not to use\n\n| a | b | c |\n| --- | --- | --- |\n| picture | image | docs, walls |\n';
    expect(() => bannedWordsOf(table)).toThrow('"walls" is no place of a word');
  });

  it('explains each word once', () => {
    const [words] = glossary.split('## Words not to use');
    const explained = [...words!.matchAll(/^\| ([^|]+) \| /gm)]
      .map((match) => match[1]!)
      .filter((word) => word !== 'word' && word !== '---');
    expect(explained.length).toBeGreaterThan(30);
    expect(explained).toEqual([...new Set(explained)]);
  });
});

describe('a banned word', () => {
  const words = [
    { word: 'shot', checkedIn: ['names', 'docs', 'texts', 'comments'] as const },
    { word: 'for ever', checkedIn: ['docs', 'comments'] as const },
    { word: 'release task', checkedIn: ['names'] as const },
  ];
  const usedIn = (source: string) =>
    usesOf(words, [...passagesOf('a.tsx', source), ...commentsOf('a.tsx', source)]).map(
      ({ word, place }) => `${word} in ${place}`,
    );

  it.each([
    ['const firstShot = 1;', 'shot in names'],
    ['const SHOT_COUNT = 1;', 'shot in names'],
    ['class A { #shotAt = 1; }', 'shot in names'],
    ['releaseTask();', 'release task in names'],
    ["say('One shot.');", 'shot in texts'],
    ['say(`${a} shot ${b}`);', 'shot in texts'],
    ['const page = <p>A shot</p>;', 'shot in texts'],
    ['const page = <p title="Shot" />;', 'shot in texts'],
    ['/** Lasts for\n * ever. */\nexport const a = 1;', 'for ever in comments'],
    ['f(a /* a shot */, b);', 'shot in comments'],
    ['f({\n  // a shot\n});', 'shot in comments'],
  ])('is found in %s', (source, use) => {
    expect(usedIn(source)).toEqual([use]);
  });

  it.each([
    'const screenshot = 1;',
    "import { a } from './shot.ts';",
    "say('A screenshot lasts for ever.');",
    'releaseTheTask();',
    'const page = <p>// screenshots</p>;',
  ])('is not found in %s', (source) => {
    expect(usedIn(source)).toEqual([]);
  });

  it('is found in prose, and not in code, addresses and titles of tests', () => {
    const prose = proseOf(
      '# A shot\n\nIt lasts for\never. [A shot](shot.md), `shot`.\n\n```sh\nshot\n```\n\n- `test/a.test.ts` “a shot”\n',
    );
    expect(usesOf(words, [{ place: 'docs', file: 'a.md', text: prose }]).map(({ word }) => word)).toEqual([
      'shot',
      'for ever',
      'shot',
    ]);
  });
});
