/** One call of the command line: parse, act, and the one place where errors become a sentence and an exit status. */

import { capitalized } from '../base/capitalized.ts';
import { readFileSync } from 'node:fs';
import { CommanderError, type Command } from 'commander';
import { startTracing } from '../compose/tracing.ts';
import { loadSettings } from '../config/settings.ts';
import { AppError, exitStatusOf } from '../base/errors.ts';
import { hideCredentials } from '../base/hide-credentials.ts';
import { exitStatus } from '../base/exit-status.ts';
import { InterruptedError, interruptedStatus } from './terminal/interruption.ts';
import { normaliseArguments, switchesOf } from './options/normalise-arguments.ts';
import { createProgram } from './program/program.ts';
import { settingFlagsOf } from './options/setting-flags.ts';
import { readSettingsFile } from './options/settings-file.ts';
import type { CommandContext } from './terminal/context.ts';
import { createTerminal, printable, type Terminal, type TerminalStreams } from './terminal/terminal.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** What a call needs from its process. */
export interface CallSurroundings extends TerminalStreams {
  currentFolder: string;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

export interface Call {
  /** Runs the command; never throws. @returns the exit status */
  run(): Promise<number>;
  /** Prints one sentence about what ended the command. @returns the exit status */
  explain(error: unknown): number;
  /** Prints a line on stderr above the live lines, which end. */
  interrupt(line: string): void;
}

/** @param words the arguments, without the program's name */
export function prepareCall(words: readonly string[], surroundings: CallSurroundings): Call {
  const { currentFolder, env, signal } = surroundings;
  let terminal: Terminal = createTerminal(surroundings, false);
  let status = exitStatus.ok as number;

  const program = createProgram(version, async (command, action, { runsUntilInterrupted = false } = {}) => {
    const options = command.opts<{ json?: boolean; config?: string }>();
    const json = options.json === true;
    terminal = createTerminal(surroundings, json);
    const { values, sources } = loadSettings({
      ...givenFlags(command),
      env,
      file: await readSettingsFile(currentFolder, options.config),
    });
    const tracing = await startTracing(env, version, (sentence) => terminal.complain(printable(sentence)));
    const { tracer } = tracing;
    const context: CommandContext = {
      currentFolder,
      env,
      settings: values,
      settingSources: sources,
      terminal,
      signal,
      toolVersion: version,
      tracer,
      json,
    };
    const name = nameOf(command);
    const ended = await (
      runsUntilInterrupted
        ? action(context)
        : tracer.span({ name, parent: env.TRACEPARENT ?? null }, () => action(context))
    ).finally(() => tracing.stop());
    status = signal.aborted && !runsUntilInterrupted ? interruptedStatus(signal) : ended;
  });
  catchParserErrors(program, surroundings.stdout);

  function complain(message: string, error: unknown): void {
    terminal.complain(`${terminal.colors.red('dpxdt:')} ${printable(hideCredentials(message))}`);
    if (env.DPXDT_DEBUG === '1' && error instanceof Error)
      terminal.complain(hideCredentials(error.stack ?? ''));
  }

  function explain(error: unknown): number {
    terminal.footer(null);
    if (error instanceof CommanderError) return explainParserError(error);
    if (error instanceof InterruptedError) return error.status;
    if (signal.aborted) return interruptedStatus(signal);
    if (error instanceof AppError) {
      complain(error.message, error);
      return exitStatusOf(error.code);
    }
    const what = error instanceof Error ? error.message : String(error);
    const more = env.DPXDT_DEBUG === '1' ? '' : ' Set DPXDT_DEBUG=1 for a stack trace.';
    complain(`Something unexpected went wrong: ${what.split('\n')[0]!}.${more}`, error);
    return exitStatus.failed;
  }

  function explainParserError(error: CommanderError): number {
    if (error.exitCode === 0) return exitStatus.ok;
    const command = calledCommand(program, words);
    if (error.code === 'commander.help') {
      complain(`"${command}" needs a subcommand. "${command} --help" lists them.`, error);
      return exitStatus.usage;
    }
    const message = error.message
      .replace(/^error: /, '')
      .replace(/\n\((Did you mean .*\?)\)$/, '. $1')
      .replaceAll('\n', ' ')
      .replace(/\.$/, '');
    const known = error.code === 'commander.unknownCommand' ? 'the commands' : 'what is known';
    const end = message.endsWith('?') ? '' : '.';
    complain(`${capitalized(message)}${end} "${command} --help" lists ${known}.`, error);
    return exitStatus.usage;
  }

  return {
    run: async () => {
      try {
        const argv = normaliseArguments(words, switchesOf(program, words));
        if (argv.length === 0) program.help();
        await program.parseAsync(argv, { from: 'user' });
        return status;
      } catch (error) {
        return explain(error);
      }
    },
    explain,
    interrupt: (line) => {
      terminal.footer(null);
      terminal.complain(line);
    },
  };
}

/** The flags that were given, without defaults: the settings have their own. */
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
function catchParserErrors(command: Command, stdout: TerminalStreams['stdout']): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: () => undefined });
  for (const child of command.commands) catchParserErrors(child, stdout);
}

/** Such as `dpxdt site-diff`. */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** The command path of the call, such as `dpxdt admin create-key`. */
function calledCommand(program: Command, words: readonly string[]): string {
  const names = ['dpxdt'];
  let command: Command | undefined = program;
  for (const word of words) {
    command = command.commands.find((child) => child.name() === word);
    if (command === undefined) break;
    names.push(word);
  }
  return names.join(' ');
}
