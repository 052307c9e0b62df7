import type { Command } from 'commander';
import type { RetentionOptions } from '../commands/deletion.ts';
import type { Perform } from './perform.ts';

/** The commands of `dpxdt admin` that delete, restore and tidy up. */
export function addDeletion(add: (name: string, description: string) => Command, perform: Perform): void {
  const withRelease = (command: Command) =>
    command
      .requiredOption('--build <id>', 'the build')
      .requiredOption('--name <name>', 'name of the release')
      .requiredOption('--number <number>', 'number of the release');

  withRelease(add('delete-release', 'Delete a release; for a day, it can be restored.'))
    .requiredOption('--confirm <name>', 'the name again, so that no other is deleted by mistake')
    .action(
      async (options: { build: string; name: string; number: string; confirm: string }, command: Command) => {
        const { deleteReleaseCommand } = await import('../commands/deletion.ts');
        await perform(command, (context) => deleteReleaseCommand(context, options));
      },
    )
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin delete-release --build 1 --name "main 4f2c1aa" --number 3 --confirm "main 4f2c1aa"
  dpxdt admin delete-release --build 1 --name nightly --number 12 --confirm nightly --server http://localhost:5000`,
    );
  withRelease(add('restore-release', 'Restore a release that was deleted less than a day ago.'))
    .action(async (options: { build: string; name: string; number: string }, command: Command) => {
      const { restoreReleaseCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => restoreReleaseCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin list-deleted --build 1
  dpxdt admin restore-release --build 1 --name "main 4f2c1aa" --number 3`,
    );
  add('delete-build', 'Delete a build with everything in it; for a day, it can be restored.')
    .requiredOption('--build <id>', 'the build')
    .requiredOption('--confirm <name>', 'its name, so that no other is deleted by mistake')
    .action(async (options: { build: string; confirm: string }, command: Command) => {
      const { deleteBuildCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => deleteBuildCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin delete-build --build 2 --confirm "Old shop"`,
    );
  add('restore-build', 'Restore a build that was deleted less than a day ago.')
    .requiredOption('--build <id>', 'the build')
    .action(async (options: { build: string }, command: Command) => {
      const { restoreBuildCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => restoreBuildCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin list-deleted
  dpxdt admin restore-build --build 2`,
    );
  add('list-deleted', 'List the deleted releases of a build, or the deleted builds, that can be restored.')
    .option('--build <id>', 'the build; default: list the builds')
    .action(async (options: { build?: string }, command: Command) => {
      const { listDeletedCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => listDeletedCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin list-deleted
  dpxdt admin list-deleted --build 1 --json`,
    );
  add('retention', 'Show or set how long a build keeps its releases.')
    .requiredOption('--build <id>', 'the build')
    .option('--keep-releases <count>', 'keep the newest releases, however old; 0: no such rule')
    .option('--keep-days <days>', 'keep younger releases, however many; 0: no such rule')
    .option(
      '--branch-days <days>',
      'delete the releases of a branch this long after its newest one, except main branches; 0: no such rule',
    )
    .option('--dry-run', 'change nothing; list what would be deleted, and the disk space it would free')
    .action(async (options: RetentionOptions, command: Command) => {
      const { retentionCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => retentionCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin retention --build 1 --keep-releases 200 --branch-days 30 --dry-run
  dpxdt admin retention --build 1 --keep-releases 200 --branch-days 30`,
    );
  add('disk', 'Show how much disk space a build uses.')
    .requiredOption('--build <id>', 'the build')
    .action(async (options: { build: string }, command: Command) => {
      const { diskCommand } = await import('../commands/deletion.ts');
      await perform(command, (context) => diskCommand(context, options));
    })
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin disk --build 1
  dpxdt admin disk --build 1 --server http://localhost:5000 --json`,
    );
}
