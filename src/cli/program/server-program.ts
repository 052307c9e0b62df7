/** The server commands, their flags and their help. */

import { Option, type Command } from 'commander';
import type { SettingName } from '../../config/settings.ts';
import type { Perform } from './perform.ts';
import { addBackup, addMove, addRestore } from './data-program.ts';
import { withSettings } from '../options/setting-flags.ts';
import { addDeletion } from './deletion-program.ts';
import { addSecrets } from './secrets-program.ts';

const storageSettings: SettingName[] = ['dataDir', 'databaseUrl'];
const browserSettings: SettingName[] = ['browserPath', 'firefoxPath', 'browserSandbox'];
const jsonHelp = 'print the result as JSON; human-readable output goes to stderr';

export function addServerCommands(program: Command, perform: Perform): void {
  addServer(program, perform);
  addWorker(program, perform);

  withSettings(
    program
      .command('migrate')
      .description("Bring the server's database up to date without starting the server."),
    storageSettings,
  )
    .option('--json', jsonHelp)
    .action(async (_options: unknown, command: Command) => {
      const { migrateCommand } = await import('../commands/migrate.ts');
      await perform(command, migrateCommand);
    })
    .addHelpText(
      'after',
      `
A server also does this when it starts. A SQLite database is first copied next to the original.

Examples:
  dpxdt migrate
  dpxdt migrate --database-url postgres://dpxdt@db/dpxdt`,
    );

  addMove(program, perform);
  addBackup(program, perform);
  addRestore(program, perform);
  addAdmin(program, perform);

  withSettings(
    program
      .command('demo')
      .description('Start a server, capture two versions of an example shop, and link to the results.')
      .option('--exit', 'exit once both versions are compared, instead of keeping the server running'),
    ['port', 'dataDir', ...browserSettings],
    {
      port: { defaultText: '5000, or any free port if that is in use' },
      dataDir: { defaultText: 'a temporary folder, removed at the end' },
    },
  )
    .option('--json', jsonHelp)
    .action(async (options: { exit?: boolean }, command: Command) => {
      const { demoCommand } = await import('../commands/demo.ts');
      await perform(command, (context) => demoCommand(context, options), { runsUntilInterrupted: true });
    })
    .addHelpText(
      'after',
      `
If the port is in use, the server picks any free one and prints its address.

Examples:
  dpxdt demo
  dpxdt demo --port 8080 --data-dir demo-data`,
    );
}

function addServer(program: Command, perform: Perform): void {
  withSettings(
    program.command('server').description('Run the server: API, work queue, and a built-in worker.'),
    [
      'host',
      'port',
      ...storageSettings,
      'publicUrl',
      'auth',
      'trustedProxies',
      'captureAllow',
      'forgeAllow',
      'eventAllow',
      'smtpUrl',
      'mailFrom',
      'serverWorkers',
      ...browserSettings,
      'logLevel',
    ],
  )
    .option('--json', "print the server's address as one line of JSON; human-readable output goes to stderr")
    .action(async (_options: unknown, command: Command) => {
      const { serverCommand } = await import('../commands/server.ts');
      await perform(command, serverCommand, { runsUntilInterrupted: true });
    })
    .addHelpText(
      'after',
      `
Bound to a loopback address, it needs no login and already has build 1. SIGTERM and Ctrl-C stop it within 30 s: unfinished
tasks return to the queue.

Examples:
  dpxdt server
  dpxdt server --workers 0 --data-dir /var/lib/dpxdt
  dpxdt server --host 0.0.0.0 --public-url https://dpxdt.example.org`,
    );
}

function addWorker(program: Command, perform: Perform): void {
  withSettings(
    program
      .command('worker')
      .description('Run a worker that captures and compares for a server, on any machine.'),
    [
      'server',
      'workers',
      'diffWorkers',
      'labels',
      'labelOnly',
      'only',
      'once',
      'maxIdleSeconds',
      'captureAllow',
      ...browserSettings,
      'browserEndpoints',
      'trustBrowserEndpoint',
      'logLevel',
    ],
  )
    .option(
      '--print-browser-switches',
      'print the switches that a browser for --browser-endpoint needs, and exit',
    )
    .action(async (options: { printBrowserSwitches?: boolean }, command: Command) => {
      if (options.printBrowserSwitches === true) {
        const { printBrowserSwitches } = await import('../commands/print-browser-switches.ts');
        return perform(command, printBrowserSwitches);
      }
      const { workerCommand } = await import('../commands/worker.ts');
      await perform(command, workerCommand, { runsUntilInterrupted: true });
    })
    .addHelpText(
      'after',
      `
The key is read from DPXDT_CLIENT_ID and DPXDT_CLIENT_SECRET (or DPXDT_CLIENT_SECRET_FILE); it must be a worker key or a superuser key.

Examples:
  dpxdt worker
  dpxdt worker --server https://dpxdt.example.org --workers 8
  dpxdt worker --server https://dpxdt-a.example.org,https://dpxdt-b.example.org
  dpxdt worker --only comparisons
  dpxdt worker --only captures --label vpn --label-only
  dpxdt worker --once --log-level warn
  chromium --headless --remote-debugging-port=9222 $(dpxdt worker --print-browser-switches) &
  dpxdt worker --browser-endpoint http://127.0.0.1:9222`,
    );
}

interface KeyOptions {
  build?: string;
  superuser?: boolean;
  worker?: boolean;
  purpose: string;
}

function addAdmin(program: Command, perform: Perform): void {
  const admin = program
    .command('admin')
    .description("Manage builds, API keys, queues and stored data, for the server's operator.")
    .addHelpText(
      'after',
      `
With --server (or DPXDT_SERVER) these commands use a running server, with the superuser key in DPXDT_CLIENT_ID
and DPXDT_CLIENT_SECRET. Without it they work directly on the data folder or database, while no server uses the folder.

Examples:
  dpxdt admin create-build --name Shop --json
  dpxdt admin create-key --worker --purpose "worker on host 2"
  dpxdt admin list-queues --server http://localhost:5000`,
    );
  const addTo = (parent: Command, name: string, description: string): Command =>
    withSettings(parent.command(name).description(description), [...storageSettings, 'server'], {
      server: { defaultText: 'none: work directly on the data folder or database' },
    }).option('--json', jsonHelp);
  const add = (name: string, description: string): Command => addTo(admin, name, description);

  add('create-build', 'Create a build.')
    .requiredOption('--name <name>', 'name of the build')
    .action(async ({ name }: { name: string }, command: Command) => {
      const { createBuildCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => createBuildCommand(context, name));
    });
  add('create-key', 'Create an API key; its secret is printed once and not stored.')
    .addOption(
      new Option('--build <id>', 'the build that the key can access').conflicts(['superuser', 'worker']),
    )
    .addOption(
      new Option(
        '--worker',
        'a worker key: it can access the work queue, and builds only through its leased tasks',
      ).conflicts('superuser'),
    )
    .option('--superuser', 'a key that can access every build and the work queue')
    .option('--purpose <text>', 'what the key is for', 'created with dpxdt admin')
    .action(async (options: KeyOptions, command: Command) => {
      const { createKeyCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => createKeyCommand(context, options));
    });
  add('revoke-key', 'Revoke an API key permanently.')
    .argument('<key-id>', 'id of the key')
    .action(async (keyId: string, _options: unknown, command: Command) => {
      const { revokeKeyCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => revokeKeyCommand(context, keyId));
    });
  add('make-superuser', 'Give an API key access to every build and the work queue.')
    .argument('<key-id>', 'id of the key')
    .action(async (keyId: string, _options: unknown, command: Command) => {
      const { makeSuperuserCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => makeSuperuserCommand(context, keyId));
    });
  add('setup-link', 'Show the one-time link that creates the first superuser.').action(
    async (_options: unknown, command: Command) => {
      const { setupLinkCommand } = await import('../commands/setup-link.ts');
      await perform(command, setupLinkCommand);
    },
  );
  add('list-queues', 'Show how many tasks are waiting, leased and failed.').action(
    async (_options: unknown, command: Command) => {
      const { listQueuesCommand } = await import('../commands/admin.ts');
      await perform(command, listQueuesCommand);
    },
  );
  add('deliveries', 'Show what forges were told about releases, and what they will be told.')
    .option('--state <state>', 'show only those in this state: waiting, failed or sent')
    .action(async (options: { state?: string }, command: Command) => {
      const { deliveriesCommand } = await import('../commands/deliveries.ts');
      await perform(command, (context) => deliveriesCommand(context, options));
    });
  add('fsck', 'Check all stored data for inconsistencies; changes nothing.').action(
    async (_options: unknown, command: Command) => {
      const { fsckCommand } = await import('../commands/admin.ts');
      await perform(command, fsckCommand);
    },
  );
  add(
    'sweep',
    'Move orphaned files to the trash, and delete files that have been there for a week; a server does this daily.',
  )
    .option('--confirm', 'continue on the first day, too, or if many files would be moved')
    .option('--dry-run', 'only count, do not move files')
    .action(async (options: { confirm?: boolean; dryRun?: boolean }, command: Command) => {
      const { sweepCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => sweepCommand(context, options));
    });
  const secrets = admin
    .command('secrets')
    .description('Manage the secrets that steps fill in: write-only, and bound to origins.')
    .addHelpText(
      'after',
      `
Examples:
  dpxdt admin secrets set PASSWORD --build 1 --origin https://shop.example < password.txt
  dpxdt admin secrets set PASSWORD --build 1 --origin https://shop.example --from-env SHOP_PASSWORD
  dpxdt admin secrets list --build 1
  dpxdt admin secrets delete PASSWORD --build 1 --server http://localhost:5000`,
    );
  addSecrets(secrets, addTo, perform);
  addDeletion(add, perform);
  withSettings(
    admin
      .command('adopt')
      .description(
        "Declare that the data folder's files and the database belong together, regardless of their contents.",
      ),
    storageSettings,
  )
    .option('--json', jsonHelp)
    .action(async (_options: unknown, command: Command) => {
      const { adoptCommand } = await import('../commands/admin.ts');
      await perform(command, adoptCommand);
    })
    .addHelpText(
      'after',
      `
A server refuses files that belong to another database. Use this after restoring from backups or losing the files, so that
the server can start. No server may be using them.`,
    );
}
