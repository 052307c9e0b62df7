/** Every setting of the command line. `docs/config.md` and the flags' help are made from this table. */

import { z } from 'zod';
import { resolveSettings, setting, type ResolvedSettings, type SettingSources } from './resolve-settings.ts';
import { checkProxies } from './check-proxies.ts';
import { lifeTimeSettings } from './life-time-settings.ts';
import { localSettings } from './local-settings.ts';
import { loginSettings } from './login-settings.ts';
import { moveSettings, storageSettings } from './storage-settings.ts';
import { toolSettings } from './tool-settings.ts';
import { workerSettings } from './worker-settings.ts';

export const settingDefinitions = {
  ...localSettings,
  browserPath: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the first Chromium found',
    description: 'Chromium binary to capture with.',
    flag: '--browser-path <file>',
    environment: 'DPXDT_BROWSER_PATH',
  }),
  firefoxPath: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'the first Firefox found',
    description: 'Firefox binary, for captures with "browser: firefox".',
    flag: '--firefox <file>',
    environment: 'DPXDT_FIREFOX',
  }),
  browserSandbox: setting<'auto' | 'on' | 'off'>({
    schema: z.enum(['auto', 'on', 'off']),
    kind: 'text',
    default: 'auto',
    description:
      "The browser's sandbox: auto uses it if the kernel allows it and warns if not; on fails without it.",
    flag: '--browser-sandbox <mode>',
    environment: 'DPXDT_BROWSER_SANDBOX',
  }),
  reportEmbedMegabytes: setting({
    schema: z.number().min(0).max(2_000),
    kind: 'number',
    default: 60,
    description:
      'How many images to embed in the HTML report, differing tests first; the others are stored next to it.',
    environment: 'DPXDT_REPORT_EMBED_MEGABYTES',
  }),
  setupGraceMs: setting({
    schema: z.number().int().min(0).max(600_000),
    kind: 'number',
    default: 5_000,
    description: 'Time that processes started by setup have between SIGTERM and SIGKILL.',
    environment: 'DPXDT_SETUP_GRACE_MS',
  }),
  host: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: '127.0.0.1',
    description: 'Address to listen on; any address other than loopback needs a public URL.',
    flag: '--host <address>',
    environment: 'DPXDT_HOST',
  }),
  port: setting({
    schema: z.number().int().min(0).max(65_535),
    kind: 'number',
    default: 5_000,
    description: 'Port to listen on; 0: any free port.',
    flag: '--port <n>',
    environment: 'DPXDT_PORT',
  }),
  ...storageSettings,
  ...lifeTimeSettings,
  ...moveSettings,
  publicUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'http://localhost with the port',
    description: "The server's public address, used for links in results and mail.",
    flag: '--public-url <url>',
    environment: 'DPXDT_PUBLIC_URL',
  }),
  auth: setting<'on' | 'off' | null>({
    schema: z.enum(['on', 'off']),
    kind: 'text',
    default: null,
    defaultText: 'off if only this machine can reach the server, else on',
    description:
      'Whether every request needs credentials; off gives anyone who can reach the server superuser rights.',
    flag: '--auth <mode>',
    environment: 'DPXDT_AUTH',
  }),
  trustedProxies: setting<string | null>({
    schema: z.string().min(1).superRefine(checkProxies),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Reverse proxies whose X-Forwarded-For is trusted: addresses or CIDRs, separated by commas.',
    flag: '--trusted-proxies <list>',
    environment: 'DPXDT_TRUSTED_PROXIES',
  }),
  maxRequestsPerMinute: setting({
    schema: z.number().int().min(0).max(100_000_000),
    kind: 'number',
    default: 600_000,
    description:
      'Requests per minute for one API key or person; further ones get 429 and Retry-After. 0: no limit.',
    environment: 'DPXDT_MAX_REQUESTS_PER_MINUTE',
  }),
  captureAllow: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none; a loopback server may access every host',
    description:
      'Hosts and CIDRs, besides public ones, that pages may be captured from and may access, separated by commas.',
    flag: '--capture-allow <list>',
    environment: 'DPXDT_CAPTURE_ALLOW',
  }),
  forgeAllow: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none; a loopback server may access every host',
    description:
      'Hosts and CIDRs of forges in a private network, such as a GitLab server, that builds may be connected with, separated by commas.',
    flag: '--forge-allow <list>',
    environment: 'DPXDT_FORGE_ALLOW',
  }),
  secretKey: setting<string | null>({
    schema: z.string().min(32),
    kind: 'text',
    default: null,
    defaultText: 'secret.key in the data folder, created at the first start',
    description:
      'Key that encrypts passwords, cookies and headers in the database; must be the same for all servers of a database.',
    environment: 'DPXDT_SECRET_KEY',
    isSecret: true,
  }),
  smtpUrl: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none: no mail is sent',
    description:
      'Mail server for "ready for review" mail, invitations and password resets, smtp://user:password@host:587.',
    flag: '--smtp-url <url>',
    environment: 'DPXDT_SMTP_URL',
    isSecret: true,
  }),
  mailFrom: setting<string | null>({
    schema: z.string().min(3),
    kind: 'text',
    default: null,
    defaultText: 'Depicted <dpxdt@HOST>, with the host of the public URL',
    description: 'Sender of all mail.',
    flag: '--mail-from <sender>',
    environment: 'DPXDT_MAIL_FROM',
  }),
  serverWorkers: setting({
    schema: z.number().int().min(0).max(64),
    kind: 'number',
    default: localSettings.workers.default,
    defaultText: 'twice the cores, 2 to 16',
    description: 'How many pages the built-in worker captures at a time; 0: no built-in worker.',
    flag: '--workers <n>',
    environment: 'DPXDT_SERVER_WORKERS',
  }),
  server: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'http://localhost:5000',
    description:
      'Address of the server; a trailing /api is removed. Several servers of one database are separated by commas: the first that answers is used.',
    flag: '--server <url>',
    environment: 'DPXDT_SERVER',
  }),
  clientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'ID of the API key that clients and workers use.',
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
  ...workerSettings,
  shardSilenceSeconds: setting({
    schema: z.number().int().min(1).max(86_400),
    kind: 'number',
    default: 3_600,
    description:
      'How long no shard of a release may be heard of before the release has a fault that names the missing ones, in seconds.',
    environment: 'DPXDT_SHARD_SILENCE_SECONDS',
  }),
  drainSeconds: setting({
    schema: z.number().int().min(0).max(300),
    kind: 'number',
    default: 0,
    description:
      'How long a server that is stopped says so at /readyz while it still answers, so that load balancers turn to others first, in seconds.',
    environment: 'DPXDT_DRAIN_SECONDS',
  }),
  durability: setting<'full' | 'relaxed'>({
    schema: z.enum(['full', 'relaxed']),
    kind: 'text',
    default: 'full',
    description:
      'SQLite: full keeps all acknowledged writes after a power failure; relaxed is faster but may lose the latest ones.',
    environment: 'DPXDT_DURABILITY',
  }),
  maxImageMegabytes: setting({
    schema: z.number().min(1).max(2_000),
    kind: 'number',
    default: 128,
    description: 'Largest image that the server accepts, in MiB.',
    environment: 'DPXDT_MAX_IMAGE_MEGABYTES',
  }),
  maxArtifactMegabytes: setting({
    schema: z.number().min(1).max(2_000),
    kind: 'number',
    default: 16,
    description: 'Largest other artifact that the server accepts, in MiB.',
    environment: 'DPXDT_MAX_ARTIFACT_MEGABYTES',
  }),
  logLevel: setting<'debug' | 'info' | 'warn' | 'error' | 'silent'>({
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    kind: 'text',
    default: 'info',
    description: 'Log level of server and worker, as JSON on stderr: debug, info, warn, error or silent.',
    flag: '--log-level <level>',
    environment: 'DPXDT_LOG_LEVEL',
  }),
} as const;

export type SettingName = keyof typeof settingDefinitions;
export type Settings = ResolvedSettings<typeof settingDefinitions>;

/** Names of a settings file in the current folder; only one may exist. */
export const settingsFileNames = [
  'dpxdt.config.ts',
  'dpxdt.config.js',
  'dpxdt.config.yaml',
  'dpxdt.config.json',
] as const;

/** @throws AppError `config_invalid` that names the setting and its source */
export function loadSettings(sources: SettingSources): Settings {
  return resolveSettings(settingDefinitions, sources);
}
