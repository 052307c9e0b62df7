import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDeadCode, readProject, type Manifest, type Project } from '../../scripts/dead-code.ts';

interface Given {
  sources: Record<string, string>;
  documents?: string[];
  manifest?: Manifest;
  programs?: Record<string, string[]>;
  tolerated?: Record<string, string>;
  bundled?: string[];
}

/** `src/main.ts` is what is started. @returns `file: message` of each finding */
function findingsIn({
  sources,
  documents = [],
  manifest = {},
  programs = {},
  tolerated = {},
  bundled = [],
}: Given): string[] {
  const project: Project = {
    sources: new Map(Object.entries(sources)),
    entries: ['src/main.ts'],
    documents,
    manifest,
    bundled,
    programsOf: (name) => programs[name] ?? [],
  };
  return findDeadCode(project, tolerated).map(({ file, message }) => `${file}: ${message}`);
}

/** Findings in `src/a.ts`, with a main program that takes `used` from it. */
const inModule = (text: string, main = `import { used } from './a.ts'; used();`) =>
  findingsIn({ sources: { 'src/main.ts': main, 'src/a.ts': text } });

describe('exports', () => {
  it.each([
    ['export function used() {} export function dead() {}', ['src/a.ts:1: nothing uses "dead"']],
    ['export function used() {}\nexport const dead = () => dead();', ['src/a.ts:2: nothing uses "dead"']],
    [
      'export function used() { return inner; }\nexport const inner = 1;',
      ['src/a.ts:2: "inner" needs no export'],
    ],
    ['export function used() {}\nexport class Dead {}', ['src/a.ts:2: nothing uses "Dead"']],
    ['export function used() {}\nexport enum Dead {}', ['src/a.ts:2: nothing uses "Dead"']],
    ['export function used() {}\nexport type Dead = 1;', ['src/a.ts:2: nothing uses "Dead"']],
    ['export function used() {}\nexport default 1;', ['src/a.ts:2: nothing uses "default"']],
    ['export function used() {}\nconst b = 1; export { b as dead };', ['src/a.ts:2: nothing uses "dead"']],
    [
      'export function used() { return c.dead; }\nexport const dead = 1; const c = { dead: 1 };',
      ['src/a.ts:2: nothing uses "dead"'],
    ],
    ['export function used() {}\nexport const { dead } = { dead: 1 };', ['src/a.ts:2: nothing uses "dead"']],
  ])('%s', (text, findings) => {
    expect(inModule(text)).toEqual(findings);
  });

  it.each([
    [
      'a type in the signature of what is used',
      'export function used(o?: O) {} export interface O { p?: P } export interface P { a: 1 }',
    ],
    [
      'a type in the signature of an arrow function',
      'export const used = (o?: O): void => {}; export type O = 1;',
    ],
    [
      'a type of a public member',
      'export class Used { o?: O } export const used = () => new Used(); export type O = 1;',
    ],
  ])('%s is needed', (_what, text) => {
    expect(
      inModule(text, `import { used } from './a.ts'; import type { Used } from './a.ts'; used();`),
    ).toEqual([]);
  });

  it.each([
    ['in a body', 'export function used() { const o: O = 1; return String(o); }\nexport type O = 1;'],
    ['in a private member', 'class C { #o?: O } export const used = () => new C();\nexport type O = 1;'],
    [
      'in the signature of what is not needed',
      'export function used() { f(); } \nexport type O = 1; function f(o?: O) {}',
    ],
  ])('a type %s needs no export', (_where, text) => {
    expect(inModule(text)).toEqual(['src/a.ts:2: "O" needs no export']);
  });

  it.each([
    `import { used } from './a.ts';`,
    `import { used as other } from './a.ts';`,
    `import * as a from './a.ts'; a.used();`,
    `import * as a from './a.ts'; console.log(a);`,
    `const { used } = await import('./a.ts');`,
    `(await import('./a.ts')).used();`,
    `void import('./a.ts').then(({ used }) => used());`,
    `void import('./a.ts').then((a) => a.used());`,
    `void import('./a.ts').then(console.log);`,
    `type T = import('./a.ts').used;`,
    `type T = typeof import('./a.ts');`,
    `export { used } from './a.ts';`,
    `import './a.ts'; export * from './b.ts';`,
  ])('%s uses it', (main) => {
    const sources = {
      'src/main.ts': main,
      'src/a.ts': 'export const used = 1;',
      'src/b.ts': `export * from './a.ts';`,
    };
    const findings = findingsIn({ sources }).filter((finding) => finding.startsWith('src/a.ts:'));
    const isThroughB = main.includes('./b.ts');
    expect(findings).toEqual(isThroughB ? ['src/a.ts:1: nothing uses "used"'] : []);
  });

  it('are followed through modules that pass everything on', () => {
    const sources = {
      'src/main.ts': `import { used } from './all.ts'; used();`,
      'src/all.ts': `export * from './a.ts';`,
      'src/a.ts': 'export function used() {}\nexport const dead = 1;',
    };
    expect(findingsIn({ sources })).toEqual(['src/a.ts:2: nothing uses "dead"']);
  });

  it.each([
    [`import * as a from './a.ts'; a.used();`],
    [`void import('./a.ts').then((a) => a.used());`],
    [`const { used } = await import('./a.ts');`],
  ])('that %s leaves out are found', (main) => {
    expect(inModule('export function used() {}\nexport const dead = 1;', main)).toEqual([
      'src/a.ts:2: nothing uses "dead"',
    ]);
  });
});

describe('tests', () => {
  it('are a use of code that the product runs, and of their own support, but keep nothing alive', () => {
    const sources = {
      'src/main.ts': `import { used } from './a.ts'; used();`,
      'src/a.ts':
        'export function used() { return parse(); } export function parse() {}\nexport function dead() {}',
      'src/a.test.ts': `import { parse, dead } from './a.ts'; import { sample } from '../test/support/sample.ts';`,
      'test/support/sample.ts': 'export const sample = 1;\nexport const unused = 2;',
      'src/b.ts': 'export const b = 1;',
      'src/b.test.ts': `import { b } from './b.ts';`,
    };
    expect(findingsIn({ sources })).toEqual([
      'src/b.ts: only tests import it',
      'src/a.ts:2: only tests use "dead"',
      'test/support/sample.ts:2: nothing uses "unused"',
      'src/b.ts:1: only tests use "b"',
    ]);
  });
});

describe('files', () => {
  it('that nothing imports or starts are found', () => {
    const sources = {
      'src/main.ts': `new Worker(new URL('./thread.ts', import.meta.url)); run(\`scripts/started.ts \${1}\`);`,
      'src/thread.ts': '',
      'src/lonely.ts': '',
      'src/self.ts': `const name = 'self.ts';`,
      'src/told.ts': '',
      'scripts/started.ts': '',
      'scripts/told.ts': '',
      'scripts/a-told.ts': '',
      'src/a.test.ts': '',
    };
    const documents = ['Run `node scripts/told.ts`.'];
    expect(findingsIn({ sources, documents })).toEqual(
      ['src/lonely.ts', 'src/self.ts', 'src/told.ts', 'scripts/a-told.ts'].map(
        (file) => `${file}: no file imports it and nothing starts it`,
      ),
    );
  });
});

describe('packages', () => {
  const sources = {
    'src/main.ts': `import a from 'a'; import type { T } from 'types-only'; import '@scope/b/part'; import './web/page.ts'; import 'node:fs';`,
    'src/web/page.ts': `import 'bundled';`,
    'src/a.test.ts': `import 'tested';`,
  };
  const dependencies = { a: '1', '@scope/b': '1' };
  const devDependencies = {
    bundled: '1',
    tested: '1',
    'types-only': '1',
    tool: '1',
    '@types/node': '1',
    '@types/a': '1',
  };
  const programs = { tool: ['tl'], other: ['ot'] };
  const scripts = { build: 'tl --all' };

  it('are all needed', () => {
    expect(findingsIn({ sources, manifest: { dependencies, devDependencies, scripts }, programs })).toEqual(
      [],
    );
  });

  it.each<[Manifest, string[]]>([
    [{ dependencies: { ...dependencies, c: '1' } }, ['package.json: nothing uses "c"']],
    [
      { dependencies: { ...dependencies, tested: '1' } },
      ['package.json: the product does not import "tested"'],
    ],
    [
      { dependencies: { ...dependencies, bundled: '1' } },
      ['package.json: the product does not import "bundled"'],
    ],
    [{ dependencies: { '@scope/b': '1' } }, ['src/main.ts: imports "a", which is not among the packages']],
    [
      { dependencies: { '@scope/b': '1' }, devDependencies: { ...devDependencies, a: '1' } },
      ['src/main.ts: imports "a", which is not among the dependencies'],
    ],
    [{ devDependencies: { ...devDependencies, other: '1' } }, ['package.json: nothing uses "other"']],
    [{ devDependencies: { ...devDependencies, '@types/c': '1' } }, ['package.json: nothing uses "@types/c"']],
  ])('%j', (change, findings) => {
    const manifest = { dependencies, devDependencies, scripts, ...change };
    expect(findingsIn({ sources, manifest, programs })).toEqual(findings);
  });

  it('of development may be imported by the product if they are built into it, and must be', () => {
    const manifest = {
      dependencies: { '@scope/b': '1' },
      devDependencies: { ...devDependencies, a: '1' },
      scripts,
    };
    expect(findingsIn({ sources, manifest, programs, bundled: ['a'] })).toEqual([]);
    expect(findingsIn({ sources, manifest, programs, bundled: ['a', 'tested'] })).toEqual([
      'package.json: the product does not import "tested"',
    ]);
  });

  it('may be tolerated, but not longer than needed', () => {
    const manifest = { dependencies: { ...dependencies, c: '1' }, devDependencies, scripts };
    const tolerated = { c: 'reason', tested: 'reason' };
    expect(findingsIn({ sources, manifest, programs, tolerated })).toEqual([
      'scripts/dead-code.ts: "tested" need not be tolerated any more',
    ]);
  });
});

it('sees this repository', () => {
  const project = readProject(join(import.meta.dirname, '../..'));
  expect(project.sources.size).toBeGreaterThan(500);
  expect(project.entries).toEqual(expect.arrayContaining(['src/client/index.ts', 'bin/dpxdt.js']));
  expect(
    project.entries.filter((entry) => entry.startsWith('src/web/') && /main|boot/.test(entry)).length,
  ).toBeGreaterThan(1);
  expect(project.entries.filter((entry) => !project.sources.has(entry))).toEqual([]);
});
