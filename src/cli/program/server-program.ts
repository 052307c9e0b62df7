/** The commands around the server, their flags and their help. */

import { Option, type Command } from 'commander';
import type { SettingName } from '../../config/settings.ts';
import type { Perform } from './perform.ts';
import { withSettings } from '../options/setting-flags.ts';

const storageSettings: SettingName[] = ['dataDir', 'databaseUrl'];
const browserSettings: SettingName[] = ['browserPath', 'browserSandbox'];
const jsonHelp = 'print the result as JSON; words go to standard error';

export function addServerCommands(program: Command, perform: Perform): void {
  addServer(program, perform);
  addWorker(program, perform);

  withSettings(
    program.command('migrate').description("Bring the server's database up to date, without a server."),
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
A server does the same when it starts. SQLite is copied first, beside the database.

Examples:
  dpxdt migrate
  dpxdt migrate --database-url postgres://dpxdt@db/dpxdt`,
    );

  addAdmin(program, perform);

  withSettings(
    program
      .command('demo')
      .description('Start a server, capture an example shop in two versions, and show where to look.')
      .option('--exit', 'end when both versions are compared, instead of serving on'),
    ['port', 'dataDir', ...browserSettings],
    {
      port: { defaultText: '5000, or any free one where that is taken' },
      dataDir: { defaultText: 'a temporary one, removed at the end' },
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
A port that is taken is no failure: the server takes any free one and says where it is.

Examples:
  dpxdt demo
  dpxdt demo --port 8080 --data-dir demo-data`,
    );
}

function addServer(program: Command, perform: Perform): void {
  withSettings(
    program.command('server').description('Run the server: API, work queue, and a worker of its own.'),
    [
      'host',
      'port',
      ...storageSettings,
      'publicUrl',
      'auth',
      'trustedProxies',
      'captureAllow',
      'smtpUrl',
      'mailFrom',
      'serverWorkers',
      ...browserSettings,
      'logLevel',
    ],
  )
    .option('--json', 'print where the server is as one line of JSON; words go to standard error')
    .action(async (_options: unknown, command: Command) => {
      const { serverCommand } = await import('../commands/server.ts');
      await perform(command, serverCommand, { runsUntilInterrupted: true });
    })
    .addHelpText(
      'after',
      `
Bound to a loopback address it needs no login, and build 1 is there. SIGTERM and Ctrl-C end it within 30 s: work that
is not done is given back.

Examples:
  dpxdt server
  dpxdt server --workers 0 --data-dir /var/lib/dpxdt
  dpxdt server --host 0.0.0.0 --public-url https://dpxdt.example.org`,
    );
}

function addWorker(program: Command, perform: Perform): void {
  withSettings(
    program.command('worker').description('Capture and compare for a server, on this or any other machine.'),
    ['server', 'workers', 'diffWorkers', 'captureAllow', ...browserSettings, 'logLevel'],
  )
    .action(async (_options: unknown, command: Command) => {
      const { workerCommand } = await import('../commands/worker.ts');
      await perform(command, workerCommand, { runsUntilInterrupted: true });
    })
    .addHelpText(
      'after',
      `
The key is read from DPXDT_CLIENT_ID and DPXDT_CLIENT_SECRET (or DPXDT_CLIENT_SECRET_FILE); it must be a worker key or a superuser key.

Examples:
  dpxdt worker
  dpxdt worker --server https://dpxdt.example.org --workers 8`,
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
    .description('Builds, API keys, queues and checks, for whoever runs the server.')
    .addHelpText(
      'after',
      `
With --server (or DPXDT_SERVER) these commands go through a running server, with the superuser key in DPXDT_CLIENT_ID
and DPXDT_CLIENT_SECRET. Without it they work on the data folder or the database, while no server uses the folder.

Examples:
  dpxdt admin create-build --name Shop --json
  dpxdt admin create-key --worker --purpose "worker on host 2"
  dpxdt admin list-queues --server http://localhost:5000`,
    );
  const add = (name: string, description: string): Command =>
    withSettings(admin.command(name).description(description), [...storageSettings, 'server'], {
      server: { defaultText: 'none: straight on the data folder or the database' },
    }).option('--json', jsonHelp);

  add('create-build', 'Create a build.')
    .requiredOption('--name <name>', 'name of the build')
    .action(async ({ name }: { name: string }, command: Command) => {
      const { createBuildCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => createBuildCommand(context, name));
    });
  add('create-key', 'Create an API key; its secret is printed once and kept nowhere.')
    .addOption(
      new Option('--build <id>', 'the one build that the key reaches').conflicts(['superuser', 'worker']),
    )
    .addOption(
      new Option(
        '--worker',
        'a key for workers: it reaches the work queue, and builds only through tasks that it has leased',
      ).conflicts('superuser'),
    )
    .option('--superuser', 'a key that reaches every build and the work queue')
    .option('--purpose <text>', 'what the key is for', 'created with dpxdt admin')
    .action(async (options: KeyOptions, command: Command) => {
      const { createKeyCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => createKeyCommand(context, options));
    });
  add('revoke-key', 'End an API key for good.')
    .argument('<key-id>', 'id of the key')
    .action(async (keyId: string, _options: unknown, command: Command) => {
      const { revokeKeyCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => revokeKeyCommand(context, keyId));
    });
  add('make-superuser', 'Let an API key reach every build and the work queue.')
    .argument('<key-id>', 'id of the key')
    .action(async (keyId: string, _options: unknown, command: Command) => {
      const { makeSuperuserCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => makeSuperuserCommand(context, keyId));
    });
  add('setup-link', 'Show the link that makes the first superuser; it works once.').action(
    async (_options: unknown, command: Command) => {
      const { setupLinkCommand } = await import('../commands/setup-link.ts');
      await perform(command, setupLinkCommand);
    },
  );
  add('list-queues', 'Show what waits, what is leased and what failed.').action(
    async (_options: unknown, command: Command) => {
      const { listQueuesCommand } = await import('../commands/admin.ts');
      await perform(command, listQueuesCommand);
    },
  );
  add('fsck', 'Read everything that is stored and say what does not fit together; changes nothing.').action(
    async (_options: unknown, command: Command) => {
      const { fsckCommand } = await import('../commands/admin.ts');
      await perform(command, fsckCommand);
    },
  );
  add(
    'sweep',
    'Move files that belong to nothing to the trash, and delete what was there for a week; a server does so once a day.',
  )
    .option('--confirm', 'go on although many files would go, or the database is new to them')
    .option('--dry-run', 'count only, move nothing')
    .action(async (options: { confirm?: boolean; dryRun?: boolean }, command: Command) => {
      const { sweepCommand } = await import('../commands/admin.ts');
      await perform(command, (context) => sweepCommand(context, options));
    });
  withSettings(
    admin
      .command('adopt')
      .description(
        'Say that the files of the data folder and the database belong together, whatever they hold.',
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
A server refuses files that are another database's. After a restore from backups, or where the files are lost, this lets
it start. Only while no server uses them.`,
    );
}
