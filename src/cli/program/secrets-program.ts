import type { Command } from 'commander';
import { collected } from '../options/collected.ts';
import type { Perform } from './perform.ts';

/**
 * The commands of `dpxdt admin secrets`.
 *
 * @param add a command with the options that all commands of `admin` have
 */
export function addSecrets(
  secrets: Command,
  add: (parent: Command, name: string, description: string) => Command,
  perform: Perform,
): void {
  const addFor = (name: string, description: string) =>
    add(secrets, name, description).requiredOption('--build <id>', 'the build');

  addFor('list', 'Show the names of the secrets and the origins they are bound to.').action(
    async (options: { build: string }, command: Command) => {
      const { listSecretsCommand } = await import('../commands/secrets.ts');
      await perform(command, (context) => listSecretsCommand(context, options));
    },
  );
  addFor('set', 'Add a secret or replace it; its value is read from standard input.')
    .argument('<name>', 'what ${secret:NAME} names')
    .option(
      '--origin <origin>',
      'where it is filled in, such as https://shop.example; repeat for more',
      collected,
      [],
    )
    .option('--from-env <variable>', 'read the value from this environment variable instead')
    .action(
      async (
        name: string,
        options: { build: string; origin: string[]; fromEnv?: string },
        command: Command,
      ) => {
        const { setSecretCommand } = await import('../commands/secrets.ts');
        await perform(command, (context) => setSecretCommand(context, name, options));
      },
    );
  addFor('delete', 'Delete a secret.')
    .argument('<name>', 'name of the secret')
    .action(async (name: string, options: { build: string }, command: Command) => {
      const { deleteSecretCommand } = await import('../commands/secrets.ts');
      await perform(command, (context) => deleteSecretCommand(context, name, options));
    });
}
