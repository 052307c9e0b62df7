import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { settingDefinitions } from '../../config/settings.ts';
import { createProgram } from '../program/program.ts';
import { asPhrase } from './setting-flags.ts';

it.each([
  ['PostgreSQL database to use.', 'PostgreSQL database to use'],
  ['JUnit XML goes here.', 'JUnit XML goes here'],
  ['URL of it.', 'URL of it'],
  ['Chromium to capture with.', 'Chromium to capture with'],
  ['Port to listen on.', 'port to listen on'],
  ['A file.', 'a file'],
])('the help of a flag says %j as %j', (sentence, phrase) => {
  expect(asPhrase(sentence)).toBe(phrase);
});

describe('--help', () => {
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  const commands = all(createProgram('1.0.0', async () => undefined)).map((command): [string, string] => [
    command.name(),
    command.helpInformation(),
  ]);

  it.each(commands)(
    'of %s spells names as they are spelled, and no setting by its name in files',
    (_name, help) => {
      expect(help).not.toMatch(/\b[a-z][A-Z]{2,}|\b[a-z]+(SQL|XML|ML|JS)\b/);
      for (const name of Object.keys(settingDefinitions).filter((key) => /[A-Z]/.test(key))) {
        expect(help).not.toMatch(new RegExp(`\\b${name}\\b`));
      }
    },
  );

  it('of demo says the port and the folder that it really takes', () => {
    const help = commands.find(([name]) => name === 'demo')![1].replace(/\s+/g, ' ');
    expect(help).toContain(
      `(default: ${settingDefinitions.port.default}, or any free port if that is in use)`,
    );
    expect(help).not.toContain(settingDefinitions.dataDir.default);
  });
});
