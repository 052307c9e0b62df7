import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { release, type ReleaseOptions } from '../../scripts/release.ts';
import { repositoryFields, unsetRepository } from '../../scripts/repository.ts';
import { sampleChangelog } from '../support/sample-changelog.ts';

const root = join(import.meta.dirname, '../..');

interface Project {
  folder: string;
  git: (...args: string[]) => string;
  read: (file: string) => string;
  write: (file: string, text: string) => void;
}

/** A repository with one commit, beside a bare one that is its origin. */
function project(files: { changelog?: string; repository?: string | null } = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-release-'));
  const origin = `${folder}.git`;
  onTestFinished(() => [folder, origin].forEach((path) => rmSync(path, { recursive: true, force: true })));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const { repository = 'https://github.com/acme/dpxdt' } = files;
  const manifest = {
    name: 'dpxdt',
    version: '0.1.0',
    ...(repository === null ? {} : repositoryFields(repository)),
  };
  execFileSync('git', ['init', '--quiet', '--bare', origin]);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Tester');
  git('config', 'user.email', 'tester@example.com');
  git('remote', 'add', 'origin', origin);
  write('CHANGELOG.md', files.changelog ?? sampleChangelog);
  write('package.json', `${JSON.stringify(manifest, null, 2)}\n`);
  write(
    'package-lock.json',
    `${JSON.stringify({ name: 'dpxdt', version: '0.1.0', lockfileVersion: 3, packages: { '': { name: 'dpxdt', version: '0.1.0' } } }, null, 2)}\n`,
  );
  git('add', '.');
  git('commit', '--quiet', '--message', 'First');
  return { folder, git, read: (file) => readFileSync(join(folder, file), 'utf8'), write };
}

function attempt(
  { folder }: Project,
  options: Partial<ReleaseOptions> = {},
  gate: () => boolean = () => true,
) {
  const said: string[] = [];
  let gateRuns = 0;
  const runGate = () => {
    gateRuns++;
    return gate();
  };
  let refusal: string | null = null;
  try {
    release(
      { version: '0.2.0', isDryRun: false, push: false, ...options },
      { root: folder, runGate, today: '2026-11-28', say: (line) => said.push(line) },
    );
  } catch (error) {
    refusal = (error as Error).message;
  }
  return { refusal, said: said.join('\n'), gateRuns };
}

describe('a release', () => {
  it('moves "Unreleased" under the version and its date, commits and tags, and pushes nothing', () => {
    const made = project();
    const { refusal, said, gateRuns } = attempt(made);
    expect([refusal, gateRuns]).toEqual([null, 1]);
    expect(made.read('CHANGELOG.md')).toContain(
      '## Unreleased\n\n## 0.2.0 - 2026-11-28\n\n### Added\n\n- A thing.\n\n## 0.1.0',
    );
    expect(JSON.parse(made.read('package.json'))).toMatchObject({ version: '0.2.0' });
    expect(JSON.parse(made.read('package-lock.json'))).toMatchObject({
      version: '0.2.0',
      packages: { '': { version: '0.2.0' } },
    });
    expect(made.git('status', '--porcelain')).toBe('');
    expect(made.git('log', '--format=%s')).toBe('Release 0.2.0\nFirst');
    expect(made.git('cat-file', '-t', 'v0.2.0')).toBe('tag');
    expect(made.git('ls-remote', 'origin')).toBe('');
    expect(said).toContain('Nothing was pushed. To publish: git push --atomic origin HEAD v0.2.0');
  });

  it('pushes the commit and the tag only when it is told to', () => {
    const made = project();
    expect(attempt(made, { push: true }).refusal).toBeNull();
    expect(made.git('ls-remote', 'origin')).toMatch(/refs\/heads\/main\n[^]*refs\/tags\/v0\.2\.0/);
  });

  it.each(['commit-msg', 'reference-transaction'])(
    'changes nothing when git fails in its hook %s',
    (hook) => {
      const made = project();
      const refuses = hook === 'commit-msg' ? 'exit 1' : '! grep -q refs/tags/';
      made.write(`.git/hooks/${hook}`, `#!/bin/sh\n${refuses}\n`);
      chmodSync(join(made.folder, '.git', 'hooks', hook), 0o755);
      expect(attempt(made).refusal).toMatch(/^"git (commit|tag) .*" failed/);
      expect(made.git('status', '--porcelain')).toBe('');
      expect(made.read('CHANGELOG.md')).toBe(sampleChangelog);
      expect([made.git('log', '--format=%s'), made.git('tag')]).toEqual(['First', '']);
    },
  );

  it('may be the version of package.json when it was never released', () => {
    const made = project({ changelog: '# Changelog\n\n## Unreleased\n\n- All of it.\n' });
    expect(attempt(made, { version: '0.1.0' }).refusal).toBeNull();
    expect(made.git('tag')).toBe('v0.1.0');
  });

  it('changes nothing in a dry run, but runs the gate and shows the notes', () => {
    const made = project();
    const before = [made.read('CHANGELOG.md'), made.git('rev-parse', 'HEAD')];
    const { refusal, said, gateRuns } = attempt(made, { isDryRun: true, push: true });
    expect([refusal, gateRuns]).toEqual([null, 1]);
    expect(said).toContain('- A thing.');
    expect([made.read('CHANGELOG.md'), made.git('rev-parse', 'HEAD')]).toEqual(before);
    expect([made.git('tag'), made.git('status', '--porcelain'), made.git('ls-remote', 'origin')]).toEqual([
      '',
      '',
      '',
    ]);
  });
});

describe('a release is refused, and nothing changes,', () => {
  const emptied = '# Changelog\n\n## Unreleased\n\n### Added\n\n## 0.1.0 - 2026-01-02\n\n- The first.\n';
  it.each<[why: string, message: RegExp, made: () => Project, options?: Partial<ReleaseOptions>]>([
    [
      'with a file that was changed',
      /not committed[^]*package\.json/,
      () => changed('package.json', '{ "repository": { "url": "git+https://github.com/a/b.git" } }'),
    ],
    ['with a file that git does not know', /not committed[^]*new\.txt/, () => changed('new.txt', '')],
    [
      'with headings alone in "Unreleased"',
      /"Unreleased" in CHANGELOG.md is empty/,
      () => project({ changelog: emptied }),
    ],
    [
      'without "Unreleased"',
      /"Unreleased" in CHANGELOG.md is empty/,
      () => project({ changelog: '# Changelog\n' }),
    ],
    [
      'with the placeholder as repository',
      /names no repository yet.*set-repository/,
      () => project({ repository: unsetRepository }),
    ],
    ['without a repository', /names no repository yet/, () => project({ repository: null })],
    [
      'with a version that was released',
      /0\.1\.0 is not newer than 0\.1\.0/,
      () => project(),
      { version: '0.1.0' },
    ],
    ['with an older version', /0\.0\.9 is not newer/, () => project(), { version: '0.0.9' }],
    ['with a word for a version', /must be like 1\.2\.3, got "next"/, () => project(), { version: 'next' }],
    ['with an option for a version', /must be like 1\.2\.3/, () => project(), { version: '--force' }],
    ['when the tag exists', /tag v0\.2\.0 exists already/, () => tagged('v0.2.0')],
  ])('%s', (_why, message, make, options) => {
    const made = make();
    const stateOf = () => [
      made.git('rev-parse', 'HEAD'),
      made.git('status', '--porcelain'),
      made.git('tag'),
      made.read('CHANGELOG.md'),
    ];
    const before = stateOf();
    const { refusal, gateRuns } = attempt(made, options);
    expect(refusal).toMatch(message);
    expect(gateRuns, 'minutes of tests for nothing').toBe(0);
    expect(stateOf()).toEqual(before);
  });

  it('when the gate is red', () => {
    const made = project();
    expect(attempt(made, {}, () => false).refusal).toMatch(/The gate is red/);
    expect([made.git('tag'), made.git('status', '--porcelain')]).toEqual(['', '']);
  });

  it('when the gate itself changes files', () => {
    const made = project();
    const gate = () => {
      made.write('generated.md', '');
      return true;
    };
    expect(attempt(made, {}, gate).refusal).toMatch(/The gate changed files[^]*generated\.md/);
    expect(made.git('tag')).toBe('');
  });

  function changed(file: string, text: string): Project {
    const made = project();
    made.write(file, text);
    return made;
  }

  function tagged(tag: string): Project {
    const made = project();
    made.git('tag', tag);
    return made;
  }
});

it('the command refuses bad calls in one sentence', () => {
  const call = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/release.ts', ...args], { cwd: root, encoding: 'utf8' });
  expect(call()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^release: Say which version: [^\n]+\n$/) as string,
  });
  expect(call('0.1.0', '--force')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^release: Unknown option '--force'/) as string,
  });
  expect(call('--notes', '99.0.0')).toMatchObject({
    status: 1,
    stderr: 'release: CHANGELOG.md has no section for 99.0.0.\n',
  });
});
