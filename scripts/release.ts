/**
 * Makes a release: runs the gate, moves "Unreleased" under the version, commits and tags.
 *   npm run release -- 0.2.0 --dry-run   checks everything, gate included, and changes nothing
 *   npm run release -- 0.2.0             commits and tags here
 *   npm run release -- 0.2.0 --push      also pushes both; the release workflow publishes the tag
 *   npm run release -- --notes 0.2.0     prints the notes of a version
 * It refuses a placeholder as repository, a dirty tree, an empty "Unreleased", a version that is not newer, and a red
 * gate.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { moveUnreleased, notesOf, releasedVersions, saysSomething } from './changelog.ts';
import { unsetRepository } from './repository.ts';

export interface ReleaseOptions {
  version: string;
  isDryRun: boolean;
  /** Whether to push the commit and the tag. */
  push: boolean;
}

export interface ReleaseParts {
  /** The repository's root. */
  root: string;
  /** @returns whether the gate is green */
  runGate: () => boolean;
  /** Such as `2026-11-28`. */
  today: string;
  say: (line: string) => void;
}

/** The reason for refusing a release, in one sentence. */
class ReleaseRefused extends Error {}

/** @throws ReleaseRefused with nothing changed, unless only the push failed */
export function release({ version, isDryRun, push }: ReleaseOptions, parts: ReleaseParts): void {
  const { root, say } = parts;
  const git = (...args: string[]) => run(root, 'git', ...args);
  const changelogPath = join(root, 'CHANGELOG.md');
  const changelog = readFileSync(changelogPath, 'utf8');
  const tag = `v${version}`;

  checkVersion(version, releasedVersions(changelog));
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    repository?: { url?: string };
  };
  if (repository?.url === undefined || repository.url.includes(unsetRepository)) {
    throw new ReleaseRefused(
      'package.json names no repository yet. Run "npm run set-repository -- https://github.com/OWNER/dpxdt" and commit.',
    );
  }
  const changed = git('status', '--porcelain').trim();
  if (changed !== '') {
    throw new ReleaseRefused(`There are changes that are not committed. Commit or stash them:\n${changed}`);
  }
  if (git('tag', '--list', tag).trim() !== '') {
    throw new ReleaseRefused(`The tag ${tag} exists already. Choose a newer version.`);
  }
  const notes = notesOf(changelog, 'Unreleased');
  if (notes === null || !saysSomething(notes)) {
    throw new ReleaseRefused('"Unreleased" in CHANGELOG.md is empty. Write down what changed.');
  }
  if (!parts.runGate()) throw new ReleaseRefused('The gate is red. Fix what fails, then try again.');
  const changedByGate = git('status', '--porcelain').trim();
  if (changedByGate !== '') {
    throw new ReleaseRefused(`The gate changed files. Commit what it makes:\n${changedByGate}`);
  }

  if (isDryRun) {
    say(`Dry run: ${tag} would be committed and tagged${push ? ' and pushed' : ''} with these notes:\n`);
    say(notes);
    return;
  }
  const head = git('rev-parse', 'HEAD').trim();
  try {
    writeFileSync(changelogPath, moveUnreleased(changelog, version, parts.today));
    run(root, 'npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
    git('add', 'CHANGELOG.md', 'package.json', 'package-lock.json');
    git('commit', '--quiet', '--message', `Release ${version}`);
    git('tag', '--annotate', tag, '--message', `Release ${version}`);
  } catch (error) {
    // Loses nothing: the tree was clean.
    git('reset', '--quiet', '--hard', head);
    throw error;
  }
  say(`Committed and tagged ${tag}.`);
  if (push) {
    git('push', '--atomic', 'origin', 'HEAD', tag);
    say(`Pushed ${tag}: the release workflow publishes it.`);
  } else {
    say(`Nothing was pushed. To publish: git push --atomic origin HEAD ${tag}`);
  }
}

const versionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

function checkVersion(version: string, released: readonly string[]): void {
  if (!versionPattern.test(version)) {
    throw new ReleaseRefused(`The version must be like 1.2.3, got "${version}".`);
  }
  const newest = released[0];
  if (newest !== undefined && !isNewer(version, newest)) {
    throw new ReleaseRefused(`${version} is not newer than ${newest}, the last release in CHANGELOG.md.`);
  }
}

function isNewer(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at !== -1 && a[at]! > b[at]!;
}

/** @throws ReleaseRefused with the program's output if it fails */
function run(cwd: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) {
    throw new ReleaseRefused(
      `"${program} ${args.join(' ')}" failed: ${error?.message ?? (stderr || stdout).trim()}`,
    );
  }
  return stdout;
}

function main(root: string): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      push: { type: 'boolean', default: false },
      notes: { type: 'string' },
    },
  });
  if (values.notes !== undefined) {
    const notes = notesOf(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), values.notes);
    if (notes === null) throw new ReleaseRefused(`CHANGELOG.md has no section for ${values.notes}.`);
    console.log(notes);
    return;
  }
  if (positionals.length !== 1)
    throw new ReleaseRefused('Say which version: npm run release -- 0.2.0 [--dry-run] [--push]');
  release(
    { version: positionals[0]!, isDryRun: values['dry-run'], push: values.push },
    {
      root,
      runGate: () =>
        [['test'], ['test', '--', 'long']].every(
          (args) => spawnSync('npm', args, { cwd: root, stdio: 'inherit' }).status === 0,
        ),
      today: new Date().toISOString().slice(0, 10),
      say: console.log,
    },
  );
}

if (import.meta.main) {
  try {
    main(join(import.meta.dirname, '..'));
  } catch (error) {
    const isExpected =
      error instanceof ReleaseRefused ||
      String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
    if (!isExpected) throw error;
    console.error(`release: ${(error as Error).message}`);
    process.exitCode = error instanceof ReleaseRefused ? 1 : 2;
  }
}
