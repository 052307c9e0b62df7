/** Every setting of the command line. `docs/config.md` and the flags' help are made from this table. */

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { resolveSettings, setting, type ResolvedSettings, type SettingSources } from './resolve-settings.ts';
import { checkProxies } from './check-proxies.ts';
import { loginSettings } from './login-settings.ts';
import { toolSettings } from './tool-settings.ts';

/** Four pages at a time saturate two cores: twice the cores, within reason. */
function defaultWorkers(): number {
  return Math.min(16, Math.max(2, availableParallelism() * 2));
}

export const settingDefinitions = {
  workers: setting({
    schema: z.number().int().min(1).max(64),
    kind: 'number',
    default: defaultWorkers(),
    defaultText: 'twice the cores, 2 to 16',
    description: 'Pages that are captured at a time, 1 to 64.',
    flag: '--workers <n>',
    environment: 'DPXDT_WORKERS',
  }),
  report: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: 'dpxdt-report',
    description: 'Folder of the report, from the current folder.',
    flag: '--report <dir>',
    environment: 'DPXDT_REPORT',
  }),
  junit: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'File to write the results to as JUnit XML.',
    flag: '--junit <file>',
    environment: 'DPXDT_JUNIT',
  }),
  setup: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: true,
    description: 'Whether the bash scripts of the YAML (setup, waitFor) are run.',
    flag: '--no-setup',
    environment: 'DPXDT_SETUP',
  }),
  allowNoBaseline: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'A test without a baseline is no failure.',
    flag: '--allow-no-baseline',
    environment: 'DPXDT_ALLOW_NO_BASELINE',
  }),
  failOnForgiven: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Forgiven pixels make a difference, unless the config of a test says otherwise.',
    flag: '--fail-on-forgiven',
    environment: 'DPXDT_FAIL_ON_FORGIVEN',
  }),
  browserPath: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the first Chromium that is found',
    description: 'Binary of the Chromium that captures.',
    flag: '--browser-path <file>',
    environment: 'DPXDT_BROWSER_PATH',
  }),
  browserSandbox: setting<'auto' | 'on' | 'off'>({
    schema: z.enum(['auto', 'on', 'off']),
    kind: 'text',
    default: 'auto',
    description:
      "The browser's own sandbox: auto uses it where the kernel allows it and says so where not, on fails without it.",
    flag: '--browser-sandbox <mode>',
    environment: 'DPXDT_BROWSER_SANDBOX',
  }),
  reportEmbedMegabytes: setting({
    schema: z.number().min(0).max(2_000),
    kind: 'number',
    default: 60,
    description:
      'Images that are put into the HTML report itself, differing tests first; the others stay beside it.',
    environment: 'DPXDT_REPORT_EMBED_MEGABYTES',
  }),
  setupGraceMs: setting({
    schema: z.number().int().min(0).max(600_000),
    kind: 'number',
    default: 5_000,
    description: 'Time that what setup started has between SIGTERM and SIGKILL.',
    environment: 'DPXDT_SETUP_GRACE_MS',
  }),
  host: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: '127.0.0.1',
    description: 'Address that the server listens on; anything but a loopback address needs a public URL.',
    flag: '--host <address>',
    environment: 'DPXDT_HOST',
  }),
  port: setting({
    schema: z.number().int().min(0).max(65_535),
    kind: 'number',
    default: 5_000,
    description: 'Port that the server listens on; 0: any free one.',
    flag: '--port <n>',
    environment: 'DPXDT_PORT',
  }),
  dataDir: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: 'dpxdt-data',
    description: 'Folder of the artifacts and of the SQLite database, from the current folder.',
    flag: '--data-dir <dir>',
    environment: 'DPXDT_DATA_DIR',
  }),
  databaseUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'SQLite in the data folder',
    description: 'PostgreSQL database of the server, postgres://user:password@host/database.',
    flag: '--database-url <url>',
    environment: 'DPXDT_DATABASE_URL',
    isSecret: true,
  }),
  publicUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'http://localhost with the port',
    description: 'Where people reach the server; results and mails link there.',
    flag: '--public-url <url>',
    environment: 'DPXDT_PUBLIC_URL',
  }),
  auth: setting<'on' | 'off' | null>({
    schema: z.enum(['on', 'off']),
    kind: 'text',
    default: null,
    defaultText: 'off where only this machine reaches the server, else on',
    description:
      'Whether every request needs credentials; off makes whoever reaches the server its superuser.',
    flag: '--auth <mode>',
    environment: 'DPXDT_AUTH',
  }),
  trustedProxies: setting<string | null>({
    schema: z.string().min(1).superRefine(checkProxies),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Reverse proxies whose X-Forwarded-For is believed: addresses or CIDRs with commas between.',
    flag: '--trusted-proxies <list>',
    environment: 'DPXDT_TRUSTED_PROXIES',
  }),
  maxRequestsPerMinute: setting({
    schema: z.number().int().min(0).max(100_000_000),
    kind: 'number',
    default: 600_000,
    description:
      'Requests of one API key or person in a minute; further ones get 429 and Retry-After. 0: any number.',
    environment: 'DPXDT_MAX_REQUESTS_PER_MINUTE',
  }),
  captureAllow: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none; a loopback server may reach every host',
    description:
      'Hosts and CIDRs that pages may be captured from, and may reach, besides public ones, with commas between.',
    flag: '--capture-allow <list>',
    environment: 'DPXDT_CAPTURE_ALLOW',
  }),
  secretKey: setting<string | null>({
    schema: z.string().min(32),
    kind: 'text',
    default: null,
    defaultText: 'secret.key in the data folder, made at the first start',
    description:
      'Seals passwords, cookies and headers in the database; the same for all servers of a database.',
    environment: 'DPXDT_SECRET_KEY',
    isSecret: true,
  }),
  smtpUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none: no mail is sent',
    description:
      'Mail server for "ready for review", invitations and passwords, smtp://user:password@host:587.',
    flag: '--smtp-url <url>',
    environment: 'DPXDT_SMTP_URL',
    isSecret: true,
  }),
  mailFrom: setting<string | null>({
    schema: z.string().min(3),
    kind: 'text',
    default: null,
    defaultText: 'Depicted <dpxdt@HOST>, with the host of the public URL',
    description: 'Sender of the mail.',
    flag: '--mail-from <sender>',
    environment: 'DPXDT_MAIL_FROM',
  }),
  serverWorkers: setting({
    schema: z.number().int().min(0).max(64),
    kind: 'number',
    default: defaultWorkers(),
    defaultText: 'twice the cores, 2 to 16',
    description: "Pages that the server's own worker captures at a time; 0: the server has no worker.",
    flag: '--workers <n>',
    environment: 'DPXDT_SERVER_WORKERS',
  }),
  server: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'http://localhost:5000',
    description: 'Address of the server; a trailing /api is taken off.',
    flag: '--server <url>',
    environment: 'DPXDT_SERVER',
  }),
  clientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Id of the API key that clients and workers use.',
    flag: '--release-client-id <id>',
    environment: 'DPXDT_CLIENT_ID',
  }),
  clientSecret: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Secret of the API key that clients and workers use.',
    flag: '--release-client-secret <secret>',
    environment: 'DPXDT_CLIENT_SECRET',
    isSecret: true,
  }),
  ...loginSettings,
  ...toolSettings,
  diffWorkers: setting({
    schema: z.number().int().min(0).max(64),
    kind: 'number',
    default: availableParallelism(),
    defaultText: 'one per core',
    description: 'Comparisons that a worker makes at a time, 0 to 64.',
    flag: '--diff-workers <n>',
    environment: 'DPXDT_DIFF_WORKERS',
  }),
  leaseSeconds: setting({
    schema: z.number().int().min(1).max(3_600),
    kind: 'number',
    default: 60,
    description: 'A task whose worker is not heard from for so long is given to another; 1 to 3600.',
    environment: 'DPXDT_LEASE_SECONDS',
  }),
  durability: setting<'full' | 'relaxed'>({
    schema: z.enum(['full', 'relaxed']),
    kind: 'text',
    default: 'full',
    description:
      'SQLite: full keeps what was answered through a loss of power; relaxed is faster and may lose the last moments then.',
    environment: 'DPXDT_DURABILITY',
  }),
  maxImageMegabytes: setting({
    schema: z.number().min(1).max(2_000),
    kind: 'number',
    default: 128,
    description: 'Largest image that the server takes, in MiB.',
    environment: 'DPXDT_MAX_IMAGE_MEGABYTES',
  }),
  maxArtifactMegabytes: setting({
    schema: z.number().min(1).max(2_000),
    kind: 'number',
    default: 16,
    description: 'Largest artifact of another kind that the server takes, in MiB.',
    environment: 'DPXDT_MAX_ARTIFACT_MEGABYTES',
  }),
  logLevel: setting<'debug' | 'info' | 'warn' | 'error' | 'silent'>({
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    kind: 'text',
    default: 'info',
    description: 'What server and worker log as JSON on standard error: debug, info, warn, error or silent.',
    flag: '--log-level <level>',
    environment: 'DPXDT_LOG_LEVEL',
  }),
} as const;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = ResolvedSettings<typeof settingDefinitions>;

/** Names that a settings file may have, in the current folder; only one of them at a time. */
export const settingsFileNames = [
  'dpxdt.config.ts',
  'dpxdt.config.js',
  'dpxdt.config.yaml',
  'dpxdt.config.json',
] as const;

/** @throws AppError `config_invalid` that names the setting and where its value came from */
export function loadSettings(sources: SettingSources): Settings {
  return resolveSettings(settingDefinitions, sources);
}
