import { readFileSync } from 'node:fs';
import { join, matchesGlob, resolve } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { readModule } from '../../../scripts/read-module.ts';
import { readDeployFile } from '../../support/deploy-files.ts';

const text = readDeployFile('Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const instructions = dockerfile.getInstructions();
const of = (keyword: string) =>
  instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((one) => one.getArgumentsContent() ?? '');

it('the Dockerfile has no mistake that a linter knows', () => {
  const findings = validate(text).map(({ range, message }) => [range.start.line + 1, message]);
  expect(findings).toEqual([]);
});

it('the image runs unprivileged, reaps processes, tells its health, and is built on named versions', () => {
  expect(of('USER')).toEqual(['10001:10001']);
  expect(of('ENTRYPOINT')).toEqual(['["/usr/bin/tini", "--", "dpxdt"]']);
  expect(of('CMD')).toEqual(['["server"]']);
  expect(of('HEALTHCHECK')[0]).toContain('/healthz');
  expect(of('ARG').filter((name) => name.includes('_IMAGE='))).toHaveLength(2);
  expect(text).not.toMatch(/:latest\b/);
  // Base images are arguments, so that a mirror can be named.
  for (const from of of('FROM')) expect(from).toMatch(/^\$\{(NODE|DEBIAN)_IMAGE\}|^node AS package$/);
});

it('the image and the unit have the same settings of memory', () => {
  const [settings] = of('ENV').filter((names) => names.includes('NODE_OPTIONS='));
  expect(settings).toMatch(/^NODE_OPTIONS=--max-semi-space-size=\d+ MALLOC_ARENA_MAX=\d+ /);
  expect(readDeployFile('systemd/dpxdt.service')).toContain(`\nEnvironment=${settings}\n`);
});

it('no layer keeps lists or archives of packages', () => {
  for (const command of of('RUN').filter((run) => run.includes('apt-get')))
    expect(command).toMatch(
      /--no-install-recommends[\s\S]*rm -rf \/var\/lib\/apt\/lists\/\* \/var\/cache\/apt\/\*/,
    );
});

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** By .dockerignore, whose last pattern that matches decides. */
function isInContext(path: string): boolean {
  const patterns = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const deciding = patterns.findLast((pattern) => {
    const glob = pattern.replace(/^!/, '');
    return glob === '*' || matchesGlob(path, glob) || matchesGlob(path, `${glob}/**`);
  });
  return deciding?.startsWith('!') ?? true;
}

/** The script with every module of the repository that it imports. */
function modulesOf(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const { specifier, isTypeOnly } of readModule(path, read(path)).imports)
    // AssemblyScript leaves the ending out.
    if (specifier.startsWith('.') && !isTypeOnly)
      modulesOf(join(path, '..', specifier.replace(/\.as$/, '.as.ts')), found);
  return found;
}

it('the build has every file that it needs: .dockerignore leaves out none', () => {
  const { scripts, files } = JSON.parse(read('package.json')) as {
    scripts: Record<string, string>;
    files: string[];
  };
  const commands = Object.entries(scripts).filter(([name]) => /^(build|prepack)(:|$)/.test(name));
  const named = commands.flatMap(
    ([, command]) => command.match(/(?<=\s)(src|scripts)\/\S+\.(ts|json)/g) ?? [],
  );
  expect(named).toContain('scripts/build-js.ts');
  const needed = named.flatMap((path) => (path.endsWith('.json') ? [path] : [...modulesOf(path)]));
  const packed = files.filter((path) => !/^(build|dist)\b/.test(path));
  const others = ['package-lock.json', 'tsconfig.build.json', 'LICENSE', 'README.md'];
  expect([...needed, ...packed, ...others].filter((path) => !isInContext(path))).toEqual([]);
  expect(['.git/config', 'src/base/errors.test.ts', '.env'].filter(isInContext)).toEqual([]);
});
