/** The commands, their flags and their help. Actions are loaded on demand, so that help is fast. */

import { Command } from 'commander';
import type { Perform } from './perform.ts';
import { addReleaseCommands, addRunVerdictCommands, addWaitCommand } from './release-program.ts';
import { addFinalizeCommand, addSkipCommand } from './shard-program.ts';
import { addRunCommands } from './run-program.ts';
import { addServerCommands } from './server-program.ts';
import { collected } from '../options/collected.ts';
import { withSettings } from '../options/setting-flags.ts';
import { addSiteCommands } from './site-program.ts';
import { addToolCommands } from './tools-program.ts';

/**
 * @param perform receives every action that is called; tests and the manual pass a no-op
 */
export function createProgram(version: string, perform: Perform): Command {
  const program = new Command('dpxdt')
    .description('Depicted: screenshots of web pages before and after a change, compared pixel by pixel.')
    .usage('<command> [options]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      `
Examples:
  dpxdt init tests       write a starter config into the folder tests
  dpxdt update tests     capture every page and write the baselines
  dpxdt test tests       capture again, compare, and write dpxdt-report/index.html
  dpxdt approve tests    accept the screenshots of the last test as baselines

Exit status: 0 no differences, 1 differences, 2 usage or configuration error, 3 something could not be captured or
compared, 4 nothing was compared, 5 the server was unreachable or refused the request, 6 timed out waiting, 130 interrupted, 143 terminated.`,
    );

  addRunCommands(program, perform);

  withSettings(
    program
      .command('approve')
      .description('Accept screenshots of the last test as baselines.')
      .argument('<dir>', 'folder that was tested last')
      .argument(
        '[names...]',
        'test names, or patterns with * and ?; without any, all tests that differ or are new',
      ),
    ['report'],
  )
    .option(
      '--change <id>',
      'approve a change wherever it appears (repeatable); a baseline is replaced when all changes of its test are approved',
      collected,
    )
    .option('--json', 'print the result as JSON; human-readable output goes to stderr')
    .action(async (folder: string, names: string[], options: { change?: string[] }, command: Command) => {
      const { approveCommand } = await import('../commands/approve.ts');
      await perform(command, (context) => approveCommand(context, folder, names, options.change ?? []));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt approve tests
  dpxdt approve tests home 'checkout*'
  dpxdt approve tests --change 3f9c2a`,
    );

  program
    .command('init')
    .description('Write a commented starter config and a sample page.')
    .argument('[dir]', 'folder for the config and the baselines', 'tests')
    .option('--json', 'print the result as JSON; human-readable output goes to stderr')
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { initCommand } = await import('../commands/init.ts');
      await perform(command, (context) => initCommand(context, folder));
    })
    .addHelpText('after', '\nExamples:\n  dpxdt init\n  dpxdt init visual-tests');

  withSettings(
    program.command('doctor').description('Check browser, fonts and permissions, and suggest fixes.'),
    ['report', 'browserPath', 'firefoxPath', 'browserSandbox'],
  )
    .option('--json', 'print the findings as JSON; human-readable output goes to stderr')
    .action(async (_options: unknown, command: Command) => {
      const { doctorCommand } = await import('../commands/doctor.ts');
      await perform(command, doctorCommand);
    })
    .addHelpText(
      'after',
      '\nExamples:\n  dpxdt doctor\n  dpxdt doctor --browser-path /usr/bin/google-chrome',
    );

  program
    .command('install-browser')
    .description('Download the browser that captures the same on every machine.')
    .option('--from <url>', 'a mirror of Chrome for Testing (default: storage.googleapis.com)')
    .option('--json', 'print the result as JSON; human-readable output goes to stderr')
    .action(async (options: { from?: string }, command: Command) => {
      const { installBrowserCommand } = await import('../commands/install-browser.ts');
      await perform(command, (context) => installBrowserCommand(context, options));
    })
    .addHelpText(
      'after',
      '\nExamples:\n  dpxdt install-browser\n  dpxdt install-browser --from https://mirror.example.com/chrome-for-testing',
    );

  withSettings(program.command('report').description('Open the report of the last run.'), ['report'])
    .option('--no-open', 'only print its path')
    .option('--serve [dir]', 'serve it on this machine until Ctrl-C, to approve from it')
    .option(
      '--json',
      'print the results of the last run, or with --serve its address, as JSON; human-readable output goes to stderr',
    )
    .action(async ({ serve, ...options }: { open?: boolean; serve?: string | true }, command: Command) => {
      const { reportCommand, serveReportCommand } = await import('../commands/report.ts');
      if (serve === undefined) await perform(command, (context) => reportCommand(context, options));
      else
        await perform(command, (context) => serveReportCommand(context, { ...options, serve }), {
          runsUntilInterrupted: true,
        });
    })
    .addHelpText(
      'after',
      '\nExamples:\n  dpxdt report\n  dpxdt report --no-open\n  dpxdt report --serve\n  dpxdt report --serve out/report --no-open',
    );

  addServerCommands(program, perform);
  addToolCommands(program, perform);
  addSiteCommands(program, perform);
  addReleaseCommands(program, perform);
  addRunVerdictCommands(program, perform);
  addWaitCommand(program, perform);
  addFinalizeCommand(program, perform);
  addSkipCommand(program, perform);
  return program;
}
