/** Every setting of the command line. `docs/config.md` and the flags' help are made from this table. */

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import {
  resolveSettings,
  type ResolvedSettings,
  type SettingDefinition,
  type SettingSources,
} from './resolve-settings.ts';

/** Four pages at a time saturate two cores: twice the cores, within reason. */
function defaultWorkers(): number {
  return Math.min(16, Math.max(2, availableParallelism() * 2));
}

const setting = <Value>(definition: SettingDefinition<Value>): SettingDefinition<Value> => definition;

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
    description: 'A test without a reference is no failure.',
    flag: '--allow-no-baseline',
    environment: 'DPXDT_ALLOW_NO_BASELINE',
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
      'Pictures that are put into the HTML report itself, differing tests first; the others stay beside it.',
    environment: 'DPXDT_REPORT_EMBED_MEGABYTES',
  }),
  setupGraceMs: setting({
    schema: z.number().int().min(0).max(600_000),
    kind: 'number',
    default: 5_000,
    description: 'Time that what setup started has between SIGTERM and SIGKILL.',
    environment: 'DPXDT_SETUP_GRACE_MS',
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
