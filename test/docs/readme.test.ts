/** The README is true: its scripts exist. `links.test.ts` checks its links. */
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
});
