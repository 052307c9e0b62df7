/** The README is true: its scripts exist, its figures were measured. `links.test.ts` checks its links. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../support/readme.ts';

const root = resolve(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = commandsOf(readme);

describe('README', () => {
  it('shows only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const called = commands.flatMap((line) => /^npm (?:run )?([\w:]+)/.exec(line)?.[1] ?? []);
    expect(called).toEqual(expect.arrayContaining(['start', 'test']));
    expect(called.filter((name) => name !== 'install' && scripts[name] === undefined)).toEqual([]);
  });

  it('compares with the figures and versions that bench/RESULTS.md has', () => {
    const results = readFileSync(join(root, 'bench', 'RESULTS.md'), 'utf8');
    const [, section] = results.split('### 50 pages, tested against baselines that match');
    const measured = [...section!.matchAll(/^\| (.+) ([\d.]+) \| 4 \| ([\d.]+) .* \| (\d+ of \d+) \|/gm)];
    const figureOf = new Map(
      measured.map(([, tool, , seconds, alarms]) => [tool, `${alarms}, ${seconds} s`]),
    );
    const versionOf = new Map(measured.map(([, tool, version]) => [tool, version]));
    const row = (tool: string) => readme.split('\n').find((line) => line.startsWith(`| ${tool}`));
    expect(row('**Depicted**')).toContain(`| ${figureOf.get('dpxdt')} |`);
    expect(row('[BackstopJS]')).toContain(`| ${figureOf.get('BackstopJS, Playwright engine')} |`);
    expect(row('[Playwright]')).toContain(`| ${figureOf.get('@playwright/test')} |`);
    expect(readme).toContain(`BackstopJS ${versionOf.get('BackstopJS, Playwright engine')}`);
    expect(readme).toContain(`Playwright ${versionOf.get('@playwright/test')} (`);
  });
});
