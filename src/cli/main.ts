/** The command line: parse, call, and the one place where errors become words and an exit status. */

import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { loadSettings } from '../config/settings.ts';
import { AppError, exitStatusOf } from '../domain/errors.ts';
import { exitStatus } from '../domain/exit-status.ts';
import { listenForInterruption, InterruptedError } from './terminal/interruption.ts';
import { normaliseArguments, switchesOf } from './options/normalise-arguments.ts';
import { createProgram } from './program/program.ts';
import { settingFlagsOf } from './options/setting-flags.ts';
import { readSettingsFile } from './options/settings-file.ts';
import { createTerminal, printable, type Terminal } from './terminal/terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const streams = { stdout: process.stdout, stderr: process.stderr, env: process.env };
let terminal: Terminal = createTerminal(streams, false);
const signal = listenForInterruption(() => {
  terminal.footer(null);
  terminal.complain('Interrupted: ending what was started. Once more to end at once.');
});
process.on('uncaughtException', (error) => void finish(explain(error)));
process.on('unhandledRejection', (error) => void finish(explain(error)));

const program = createProgram(version, async (command, action, { runsUntilInterrupted = false } = {}) => {
  const options = command.opts<{ json?: boolean; config?: string }>();
  const json = options.json === true;
  terminal = createTerminal(streams, json);
  const currentFolder = process.cwd();
  const { values } = loadSettings({
    ...givenFlags(command),
    env: process.env,
    file: await readSettingsFile(currentFolder, options.config),
  });
  const context = {
    currentFolder,
    env: process.env,
    settings: values,
    terminal,
    signal,
    toolVersion: version,
    json,
  };
  const status = await action(context);
  await finish(status, runsUntilInterrupted);
});
catchParserErrors(program);

try {
  const argv = normaliseArguments(process.argv.slice(2), switchesOf(program, process.argv.slice(2)));
  if (argv.length === 0) program.help();
  await program.parseAsync(argv, { from: 'user' });
} catch (error) {
  await finish(explain(error));
}

/** The flags that were given, without their defaults: those are the settings' own. */
function givenFlags(command: Command): { flags: Record<string, unknown>; flagNames: Record<string, string> } {
  const given = settingFlagsOf(command).filter(
    ({ option }) => command.getOptionValueSource(option) === 'cli',
  );
  return {
    flags: Object.fromEntries(
      given.map(({ name, option }) => [name, command.getOptionValue(option) as unknown]),
    ),
    flagNames: Object.fromEntries(given.map(({ name, flag }) => [name, flag])),
  };
}

/** The parser neither prints errors nor ends the process; `explain` does. */
function catchParserErrors(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const child of command.commands) catchParserErrors(child);
}

/** Prints one sentence about what ended the command; returns the exit status. */
function explain(error: unknown): number {
  terminal.footer(null);
  if (error instanceof CommanderError) return explainCall(error);
  if (error instanceof InterruptedError || signal.aborted) return exitStatus.interrupted;
  if (error instanceof AppError) {
    complain(error.message, error);
    return exitStatusOf(error.code);
  }
  const what = error instanceof Error ? error.message : String(error);
  const more = process.env.DPXDT_DEBUG === '1' ? '' : ' Set DPXDT_DEBUG=1 to see where.';
  complain(`Something unexpected went wrong: ${what.split('\n')[0]!}.${more}`, error);
  return exitStatus.failed;
}

function explainCall(error: CommanderError): number {
  if (error.exitCode === 0) return exitStatus.ok;
  const command = calledCommand();
  if (error.code === 'commander.help') {
    complain(`Say which command of "${command}" is meant. "${command} --help" lists the commands.`, error);
    return exitStatus.usage;
  }
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*\?)\)$/, '. $1')
    .replaceAll('\n', ' ')
    .replace(/\.$/, '');
  const known = error.code === 'commander.unknownCommand' ? 'the commands' : 'what is known';
  const end = message.endsWith('?') ? '' : '.';
  complain(
    `${message.charAt(0).toUpperCase()}${message.slice(1)}${end} "${command} --help" lists ${known}.`,
    error,
  );
  return exitStatus.usage;
}

/** `dpxdt admin create-key`: as far as the words of the call are commands. */
function calledCommand(): string {
  const names = ['dpxdt'];
  let command: Command | undefined = program;
  for (const word of process.argv.slice(2)) {
    command = command.commands.find((child) => child.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names.join(' ');
}

function complain(message: string, error: unknown): void {
  terminal.complain(`${terminal.colors.red('dpxdt:')} ${printable(message)}`);
  if (process.env.DPXDT_DEBUG === '1' && error instanceof Error) terminal.complain(error.stack ?? '');
}

/** Ends the process when everything that was printed has been taken: a pipe holds less than a large answer. */
async function finish(status: number, runsUntilInterrupted = false): Promise<never> {
  await Promise.all([taken(process.stdout), taken(process.stderr)]);
  process.exit(signal.aborted && !runsUntilInterrupted ? exitStatus.interrupted : status);
}

function taken(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
