/**
 * Finds unused exports, files and packages; prints each and exits 1.
 *   node scripts/dead-code.ts          checks
 *   node scripts/dead-code.ts --fix    also takes away the `export` of what its own file alone uses
 *
 * An export is needed when another file imports it. Tests count where they are meant to: for what they test of code
 * that the product itself runs, and for their own support. An export that the product runs nowhere, not even in its
 * own file, is dead although a test imports it.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { bundledPackages } from './production-packages.ts';
import { everything, readModule, type ModuleExport, type ModuleSummary } from './read-module.ts';

export interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** Optional ones: the product imports them where they are installed. */
  peerDependencies?: Record<string, string>;
  scripts?: Record<string, string>;
}

export interface Project {
  /** Text of every source file by its path from the root. */
  sources: ReadonlyMap<string, string>;
  /** Entry points: files that are run or imported from outside, all of whose exports are needed. */
  entries: readonly string[];
  /** Other texts that name entry points and programs: pages, shell scripts, workflows. */
  documents: readonly string[];
  manifest: Manifest;
  /** Development dependencies that are built into the product. */
  bundled?: readonly string[];
  /** Names of the programs that a package provides. */
  programsOf: (packageName: string) => readonly string[];
}

export interface Finding {
  file: string;
  message: string;
  /** A superfluous `export` keyword. */
  keyword?: { start: number; end: number };
}

/** Packages that are needed although nothing names them, with reasons. A superfluous entry is reported, too. */
const toleratedPackages: Record<string, string> = {};

const isTest = (path: string) => path.startsWith('test/') || /\.test\.tsx?$/.test(path);

export function findDeadCode(project: Project, tolerated = toleratedPackages): Finding[] {
  const modules = new Map([...project.sources].map(([path, text]) => [path, readModule(path, text)]));
  const users = usersOf(modules);
  const named = namedFiles(project, modules);
  return [
    ...deadFiles(project, modules, users, named),
    ...deadExports(project, modules, users, named),
    ...deadPackages(project, modules, tolerated),
  ];
}

/** The users of each export (`file name`), including those through `export *`. */
function usersOf(modules: ReadonlyMap<string, ModuleSummary>): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  const note = (path: string, name: string, user: string): void => {
    const key = `${path} ${name}`;
    if (users.get(key)?.has(user) === true) return;
    users.set(key, (users.get(key) ?? new Set()).add(user));
    for (const forward of modules.get(path)?.forwards ?? []) {
      const target = resolveModule(modules, path, forward);
      if (target !== null) note(target, name, user);
    }
  };
  for (const [user, { imports, forwards }] of modules) {
    for (const { specifier, names } of imports) {
      const target = resolveModule(modules, user, specifier);
      if (target === null) continue;
      note(target, '', user);
      for (const name of names) note(target, name, user);
    }
    for (const forward of forwards) {
      const target = resolveModule(modules, user, forward);
      if (target !== null) note(target, '', user);
    }
  }
  return users;
}

function resolveModule(
  modules: ReadonlyMap<string, ModuleSummary>,
  from: string,
  specifier: string,
): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = posix.join(posix.dirname(from), specifier);
  return (
    [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => modules.has(candidate)) ??
    null
  );
}

/** Files named in another file's text: programs and workers, set-up files of tests, sources of pages. */
function namedFiles({ documents }: Project, modules: ReadonlyMap<string, ModuleSummary>): Set<string> {
  const wordsOf = (text: string) => text.split(/[\s/'"`(),:;*?]+/).filter((word) => /\.[jt]sx?$/.test(word));
  const namedBy = new Map<string, Set<string>>();
  for (const [file, { strings }] of modules) {
    for (const word of strings.flatMap(wordsOf))
      namedBy.set(word, (namedBy.get(word) ?? new Set()).add(file));
  }
  const inDocuments = new Set(documents.flatMap(wordsOf));
  return new Set(
    [...modules.keys()].filter((path) => {
      const name = basename(path);
      const isInCode = [...(namedBy.get(name) ?? [])].some((file) => file !== path);
      // Documents mention the product's files without running them.
      return isInCode || (!path.startsWith('src/') && inDocuments.has(name));
    }),
  );
}

function isRun(path: string, project: Project, named: ReadonlySet<string>): boolean {
  return (
    project.entries.includes(path) || /\.test\.tsx?$/.test(path) || named.has(path) || path.endsWith('.d.ts')
  );
}

function deadFiles(
  project: Project,
  modules: ReadonlyMap<string, ModuleSummary>,
  users: ReadonlyMap<string, ReadonlySet<string>>,
  named: ReadonlySet<string>,
): Finding[] {
  return [...modules.keys()].flatMap((file) => {
    if (isRun(file, project, named)) return [];
    const importers = [...(users.get(`${file} `) ?? [])];
    if (importers.length === 0) return [{ file, message: 'no file imports it and nothing starts it' }];
    const onlyTests = file.startsWith('src/') && !isTest(file) && importers.every(isTest);
    return onlyTests ? [{ file, message: 'only tests import it' }] : [];
  });
}

function deadExports(
  project: Project,
  modules: ReadonlyMap<string, ModuleSummary>,
  users: ReadonlyMap<string, ReadonlySet<string>>,
  named: ReadonlySet<string>,
): Finding[] {
  return [...modules].flatMap(([file, { exports }]) => {
    if (project.entries.includes(file) || file.endsWith('.d.ts')) return [];
    const importersOf = (name: string) =>
      [name, everything].flatMap((wanted) => [...(users.get(`${file} ${wanted}`) ?? [])]);
    const needed = neededNames(exports, (name) => importersOf(name).length > 0);
    return exports.flatMap<Finding>(({ name, line, isUsedInside, keyword }) => {
      if (name === 'default' && named.has(file)) return [];
      const at = { file: `${file}:${line}` };
      if (!needed.has(name)) {
        const message = isUsedInside ? `"${name}" needs no export` : `nothing uses "${name}"`;
        return [keyword === null ? { ...at, message } : { ...at, message, keyword }];
      }
      const importers = importersOf(name);
      const isProduct = file.startsWith('src/') && !isTest(file);
      const onlyTests = isProduct && !isUsedInside && importers.length > 0 && importers.every(isTest);
      return onlyTests ? [{ ...at, message: `only tests use "${name}"` }] : [];
    });
  });
}

/** Imported names, and the types in their signatures. */
function neededNames(exports: readonly ModuleExport[], isImported: (name: string) => boolean): Set<string> {
  const needed = new Set(exports.filter(({ name }) => isImported(name)).map(({ name }) => name));
  for (let size = -1; size !== needed.size;) {
    size = needed.size;
    for (const { name, inSignaturesOf } of exports) {
      if (inSignaturesOf.some((user) => needed.has(user))) needed.add(name);
    }
  }
  return needed;
}

function deadPackages(
  { manifest, documents, bundled = [], programsOf }: Project,
  modules: ReadonlyMap<string, ModuleSummary>,
  tolerated: Record<string, string>,
): Finding[] {
  const imported = new Map<string, string[]>();
  const typed = new Map<string, string[]>();
  for (const [file, { imports, forwards }] of modules) {
    const all = [...imports, ...forwards.map((specifier) => ({ specifier, isTypeOnly: false }))];
    for (const { specifier, isTypeOnly } of all) {
      const name = packageNameOf(specifier);
      const files = isTypeOnly ? typed : imported;
      if (name !== null) files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  const strings = [...modules.values()].flatMap((module) => module.strings);
  const commands = [...Object.values(manifest.scripts ?? {}), ...documents, ...strings].flatMap((text) =>
    text.split(/[\s"'`=;()/]+/),
  );
  const words = new Set(commands);
  const isShipped = (file: string) =>
    file.startsWith('src/') && !file.startsWith('src/web/') && !isTest(file);
  const isNeededForWork = (name: string): boolean => {
    if (
      imported.has(name) ||
      typed.has(name) ||
      strings.some((text) => text === name || text.startsWith(`${name}/`))
    )
      return true;
    if (name === '@types/node') return true;
    if (name.startsWith('@types/'))
      return [imported, typed].some((files) => files.has(name.slice('@types/'.length)));
    return programsOf(name).some((program) => words.has(program));
  };
  const findings: Finding[] = [];
  const unneeded = [
    ...[...Object.keys(manifest.dependencies ?? {}), ...bundled].filter(
      (name) => !(imported.get(name) ?? []).some(isShipped),
    ),
    ...Object.keys(manifest.devDependencies ?? {}).filter((name) => !isNeededForWork(name)),
  ];
  for (const name of unneeded) {
    if (Object.hasOwn(tolerated, name)) continue;
    const message = imported.has(name) ? `the product does not import "${name}"` : `nothing uses "${name}"`;
    findings.push({ file: 'package.json', message });
  }
  for (const name of Object.keys(tolerated)) {
    if (!unneeded.includes(name)) {
      findings.push({ file: 'scripts/dead-code.ts', message: `"${name}" need not be tolerated any more` });
    }
  }
  for (const [name, files] of imported) {
    if (Object.hasOwn({ ...manifest.dependencies, ...manifest.peerDependencies }, name)) continue;
    if (bundled.includes(name)) continue;
    const isListed = Object.hasOwn(manifest.devDependencies ?? {}, name);
    const wrong = files.find((file) => (isListed ? isShipped(file) : !file.startsWith('bench/')));
    if (wrong === undefined) continue;
    findings.push({
      file: wrong,
      message: `imports "${name}", which is not among the ${isListed ? 'dependencies' : 'packages'}`,
    });
  }
  return findings;
}

/** `@scope/name` or `name`; null for files, built-ins and virtual modules. */
function packageNameOf(specifier: string): string | null {
  if (/^[./]|^(node|virtual):/.test(specifier)) return null;
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];
}

/** Reads this repository. */
export function readProject(root: string): Project {
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  const exclude = ['**/node_modules/**', '**/*.as.ts', 'test/**/pages/**', 'bench/out/**'];
  const paths = globSync(
    ['{src,test,scripts,bench}/**/*.{ts,tsx}', '*.config.{ts,js}', 'bin/*.js', 'src/web/**/*.js'],
    { cwd: root, exclude },
  ).map((path) => path.replaceAll('\\', '/'));
  const documents = globSync(
    [
      'package.json',
      '*.md',
      'docs/*.md',
      'bench/*.md',
      'bench/*/*.md',
      'scripts/*.sh',
      '.ci/run',
      '.github/workflows/*.yml',
      'src/web/*.html',
    ],
    { cwd: root },
  );
  const pages = globSync('src/web/**/*.html', { cwd: root }).flatMap((page) =>
    [...read(page).matchAll(/src="(?:\.\/)?([^"]+\.(?:tsx?|js))"/g)].map((match) =>
      posix.join(posix.dirname(page.replaceAll('\\', '/')), match[1]!),
    ),
  );
  return {
    sources: new Map(paths.sort().map((path) => [path, read(path)])),
    entries: [
      'src/client/index.ts',
      'src/cli/main.ts',
      'src/web/vite.config.ts',
      ...pages,
      ...paths.filter((path) => /^(bin\/|[^/]+\.config\.)/.test(path)),
    ],
    documents: documents.map(read),
    manifest: JSON.parse(read('package.json')) as Manifest,
    bundled: bundledPackages,
    programsOf(name) {
      const path = join('node_modules', name, 'package.json');
      if (!existsSync(join(root, path))) return [];
      const { bin } = JSON.parse(read(path)) as { bin?: string | Record<string, string> };
      return typeof bin === 'string' ? [basename(name)] : Object.keys(bin ?? {});
    },
  };
}

/** @returns how many `export` keywords were removed */
function takeExportsAway(root: string, findings: readonly Finding[]): number {
  const byFile = new Map<string, { start: number; end: number }[]>();
  for (const { file, keyword } of findings) {
    if (keyword === undefined) continue;
    const path = file.replace(/:\d+$/, '');
    byFile.set(path, [...(byFile.get(path) ?? []), keyword]);
  }
  for (const [path, keywords] of byFile) {
    let text = readFileSync(join(root, path), 'utf8');
    for (const { start, end } of keywords.sort((a, b) => b.start - a.start)) {
      text = text.slice(0, start) + text.slice(end);
    }
    writeFileSync(join(root, path), text);
  }
  return [...byFile.values()].flat().length;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const findings = findDeadCode(readProject(root));
  for (const { file, message } of findings) console.log(`${file}: ${message}`);
  if (process.argv.includes('--fix')) {
    console.log(
      `${takeExportsAway(root, findings)} exports taken away; the linter names what is unused now.`,
    );
  }
  if (findings.length > 0) process.exitCode = 1;
}
