import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { moveUnreleased, notesOf, releasedVersions, saysSomething } from '../../scripts/changelog.ts';
import { checkRepository, repositoryFields, unsetRepository } from '../../scripts/repository.ts';
import { sampleChangelog } from '../support/sample-changelog.ts';

const root = join(import.meta.dirname, '../..');

describe('CHANGELOG.md', () => {
  it('is read by sections', () => {
    expect(releasedVersions(sampleChangelog)).toEqual(['0.1.0']);
    expect(notesOf(sampleChangelog, '0.1.0')).toBe('- The first.');
    expect(notesOf(sampleChangelog, '0.1')).toBeNull();
    expect(saysSomething('### Added\n\n')).toBe(false);
  });

  it('keeps its last section when there is nothing below "Unreleased"', () => {
    expect(moveUnreleased('# C\n\n## Unreleased\n\n- A.\n', '1.0.0', '2026-01-01')).toBe(
      '# C\n\n## Unreleased\n\n## 1.0.0 - 2026-01-01\n\n- A.\n',
    );
  });

  it('of this repository has an "Unreleased", and no version that is newer than the package', () => {
    const own = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(notesOf(own, 'Unreleased')).not.toBeNull();
    expect([version, undefined]).toContain(releasedVersions(own)[0]);
  });
});

describe('the repository', () => {
  it('is one address in package.json: home page and issues follow from it', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      repository: { url: string };
    };
    const address = manifest.repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
    expect(manifest).toMatchObject(repositoryFields(address));
  });

  it.each([
    'https://github.com/acme/dpxdt',
    'https://github.com/acme/dpxdt/',
    'https://git.example.com/group/sub/dpxdt.git',
  ])('may be %s', (text) => {
    expect(checkRepository(text)).toBe(text.replace(/(\/|\.git)$/, ''));
  });

  it.each([
    '',
    'acme/dpxdt',
    'http://github.com/acme/dpxdt',
    'https://github.com/acme',
    'https://user@github.com/a/b',
    'https://github.com/a/b?x',
    'git@github.com:a/b.git',
    unsetRepository,
    'https://x.invalid/a/b',
  ])('may not be "%s"', (text) => {
    expect(() => checkRepository(text)).toThrow(/^(The repository must be an address|".*" is a placeholder)/);
  });
});
