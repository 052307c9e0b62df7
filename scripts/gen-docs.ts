/** Writes the pages of the manual that are generated from code; `test/docs/generated.test.ts` checks that they are current. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../src/cli/program/program.ts';
import { apiPage } from './api-docs.ts';
import { decisionsPage } from './decisions-index.ts';
import { toolsPage } from './tools-docs.ts';
import { settingDefinitions, settingsFileNames } from '../src/config/settings.ts';
import { listErrorCodes } from '../src/base/errors.ts';
import { exitStatus } from '../src/base/exit-status.ts';

const notice = '<!-- Made by "npm run docs" from the code. Change the code, then run it again. -->';

const exitStatusMeanings: Record<keyof typeof exitStatus, string> = {
  ok: 'no differences, or the command succeeded',
  differences: 'differences were found',
  usage: 'usage or configuration error',
  failed: 'something could not be captured or compared; a baseline is missing; `setup` or `waitFor` failed',
  nothingCompared: 'nothing was compared: no tests, or a filter that matches none',
  server: 'the server could not be reached or refused the call',
  timedOut: 'timed out while waiting',
  interrupted: 'interrupted (Ctrl-C, SIGHUP); everything that was started has been stopped',
  terminated: 'ended by SIGTERM, as CI systems do; everything that was started has been stopped',
};

/** A table cell: line breaks replaced, bars escaped. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function errorsPage(): string {
  const codes = listErrorCodes().map(({ code, root, httpStatus, exitStatus: status }) => [
    `\`${code}\``,
    code === root ? '' : `\`${root}\``,
    String(httpStatus),
    String(status),
  ]);
  const statuses = Object.entries(exitStatus).map(([name, status]) => [
    String(status),
    exitStatusMeanings[name as keyof typeof exitStatus],
  ]);
  return `# Errors and exit statuses

${notice}

Every expected error is one sentence that says what was wrong, which value, and what to do. An unexpected error is one sentence,
too; \`DPXDT_DEBUG=1\` shows where it came from.

## Exit statuses

${table(['status', 'meaning'], statuses)}

If several apply, the command exits with the first of 130, 2, 5, 6, 3, 1, 4, 0.

## Error codes

Every code has a root code, which determines the HTTP status and the exit status.

${table(['code', 'root', 'HTTP status', 'exit status'], codes)}

A page that cannot be captured is not an error of the program but an outcome with a reason: see
[capture.md](capture.md#why-a-capture-fails). Local tests have four more reasons: \`setup_failed\` and \`wait_for_failed\` (stanzas of
the YAML file), \`reference_missing\` (no baseline), and \`internal\` (a bug in dpxdt).
`;
}

function configPage(): string {
  const rows = Object.entries(settingDefinitions).map(([name, definition]) => {
    const { flag, environment, description, default: value } = definition;
    const defaultText = 'defaultText' in definition ? definition.defaultText : undefined;
    return [
      `\`${name}\``,
      flag === undefined ? '' : `\`${flag}\``,
      `\`${environment}\``,
      defaultText ?? `\`${String(value)}\``,
      description,
    ];
  });
  return `# Settings

${notice}

A setting is taken from the first of these that has it: the flag, the environment, the settings file, the default. An error about a
value says where it came from.

The settings file is in the current folder and is one of ${settingsFileNames.map((name) => `\`${name}\``).join(', ')}. A
\`.ts\` or \`.js\` file exports an object: \`export default { workers: 8 };\`. Unknown keys are errors.

${table(['setting', 'flag', 'environment', 'default', 'what it does'], rows)}

\`CI\` (any value but \`0\` and \`false\`) turns colors and the live line off, \`NO_COLOR\` only colors.
\`DPXDT_DEBUG=1\` adds a stack trace to errors.
`;
}

function commandsPage(): string {
  const program = createProgram('', async () => undefined);
  const sections = program.commands.flatMap((command) => sectionsOf(command, 'dpxdt'));
  return `# Commands

${notice}

Flags can be written with dashes or underscores: \`--test-filter\` is \`--test_filter\`. Some flags also have an environment variable and a
key in the settings file: [config.md](config.md). Exit statuses: [errors.md](errors.md).

${helpOf(program)}

${sections.join('\n\n')}
`;
}

/** A section per command, followed by its subcommands. */
function sectionsOf(command: Command, parent: string): string[] {
  const name = `${parent} ${command.name()}`;
  return [
    `## ${name}\n\n${helpOf(command)}`,
    ...command.commands.flatMap((child) => sectionsOf(child, name)),
  ];
}

function helpOfCommand(name: string): string {
  const program = createProgram('', async () => undefined);
  return helpOf(program.commands.find((command) => command.name() === name)!);
}

/** The command's help at 100 columns. */
function helpOf(command: Command): string {
  let text = '';
  const columns = 100;
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trimEnd().replace(/[ \t]+$/gm, '')}\n\`\`\``;
}

/** Every generated page by its path relative to the repository's root. */
export function generateDocs(): Record<string, string> {
  return {
    'docs/api.md': apiPage(notice),
    'docs/commands.md': commandsPage(),
    'docs/config.md': configPage(),
    'docs/adr/README.md': decisionsPage(notice),
    'docs/errors.md': errorsPage(),
    'docs/tools.md': toolsPage(notice, helpOfCommand),
  };
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(generateDocs())) {
    writeFileSync(join(import.meta.dirname, '..', path), text);
    console.log(`wrote ${path}`);
  }
}
