import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { resolveSettings, type SettingSources } from './resolve-settings.ts';
import { loadSettings } from './settings.ts';

const load = (sources: Partial<SettingSources>) =>
  loadSettings({ flags: {}, env: {}, file: null, ...sources });
const file = (value: unknown) => ({ path: 'dpxdt.config.yaml', value });

describe('loadSettings', () => {
  it('takes flag before environment before file before default, and remembers which', () => {
    const all = {
      flags: { workers: '3' },
      env: { DPXDT_WORKERS: '4', DPXDT_REPORT: 'from-env' },
      file: file({ workers: 5, report: 'from-file', junit: 'out.xml' }),
    };
    const { values, sources } = load(all);
    expect(values).toMatchObject({ workers: 3, report: 'from-env', junit: 'out.xml', setup: true });
    expect(sources).toMatchObject({
      workers: 'flag --workers',
      report: 'environment DPXDT_REPORT',
      junit: 'file dpxdt.config.yaml',
      setup: 'default',
    });
  });

  it('reads booleans of the environment', () => {
    expect(load({ env: { DPXDT_SETUP: 'off', DPXDT_ALLOW_NO_BASELINE: '1' } }).values).toMatchObject({
      setup: false,
      allowNoBaseline: true,
    });
  });

  it.each([
    [{ flags: { workers: 'many' } }, 'The value "many" of flag --workers is invalid: it must be a number.'],
    [{ flags: { workers: '0' } }, 'The value 0 of flag --workers is invalid: it must be at least 1.'],
    [{ env: { DPXDT_WORKERS: '1e3' } }, 'environment DPXDT_WORKERS is invalid'],
    [{ env: { DPXDT_SETUP: 'perhaps' } }, 'environment DPXDT_SETUP is invalid'],
    [
      { flags: { browserSandbox: 'maybe' } },
      'flag --browser-sandbox is invalid: it must be "auto", "on" or "off".',
    ],
    [{ flags: { trustedProxies: '10.0.0.1, front' } }, '"front" is neither an address nor a CIDR'],
    [{ flags: { trustedProxies: '10.0.0.0/33' } }, '"10.0.0.0/33" is neither an address nor a CIDR'],
    [{ file: file({ workers: '3' }) }, 'The value "3" of file dpxdt.config.yaml is invalid'],
    [
      { file: file({ worker: 3 }) },
      'dpxdt.config.yaml: "worker" is not a known setting. Did you mean "workers"?',
    ],
    [{ file: file([]) }, 'must contain one object'],
  ])('refuses %j', (sources, message) => {
    expect(() => load(sources)).toThrow(message);
  });

  it('takes an empty file and an empty variable for none', () => {
    expect(load({ file: file(null), env: { DPXDT_REPORT: '' } }).sources.report).toBe('default');
  });
});

describe('secrets', () => {
  const definitions = {
    token: {
      schema: z.string().min(4).nullable(),
      kind: 'text' as const,
      default: null,
      description: 'A secret.',
      environment: 'TOKEN',
      isSecret: true,
    },
  };

  it('may come from a file, and are never shown', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-secret-'));
    const path = join(folder, 'token');
    const resolve = (env: NodeJS.ProcessEnv) => resolveSettings(definitions, { flags: {}, env, file: null });
    try {
      writeFileSync(path, 'hidden\n');
      expect(resolve({ TOKEN_FILE: path })).toEqual({
        values: { token: 'hidden' },
        sources: { token: 'environment TOKEN_FILE' },
      });
      expect(() => resolve({ TOKEN: 'abc' })).toThrow(/^The value of environment TOKEN is invalid/);
      expect(() => resolve({ TOKEN_FILE: join(folder, 'none') })).toThrow('cannot be read (ENOENT)');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
