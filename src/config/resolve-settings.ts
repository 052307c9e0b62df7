/** One table of settings and four sources for each: flag, environment, file, default. The first that has a value wins. */

import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { didYouMean } from '../base/suggest.ts';
import { valueProblem } from '../base/value-problem.ts';

export interface SettingDefinition<Value> {
  /** Checks a value; strings from flags and the environment are first converted to numbers and booleans. */
  schema: z.ZodType<Value>;
  /** A list comes as text with commas or spaces, or from a flag that is repeated. */
  kind: 'text' | 'number' | 'boolean' | 'list';
  default: Value;
  /** The default as text for the manual, where it depends on the machine. */
  defaultText?: string;
  /** One sentence for `--help` and the manual. */
  description: string;
  /** As commander writes it: `--workers <n>`, `--no-setup`. */
  flag?: string;
  environment: string;
  /** A secret is never shown, and may also come from the file named by `<environment>_FILE`. */
  isSecret?: boolean;
}

/** A definition with its value type inferred. */
export function setting<Value>(definition: SettingDefinition<Value>): SettingDefinition<Value> {
  return definition;
}

/** Where a value came from, such as `flag --workers` or `default`. */
export type SettingSource = string;

export interface SettingSources {
  /** The flags that were given, by setting. */
  flags: Readonly<Record<string, unknown>>;
  /** Flag names by setting, where they differ from the table. */
  flagNames?: Readonly<Record<string, string>>;
  env: NodeJS.ProcessEnv;
  /** The parsed settings file; null without one. */
  file: { path: string; value: unknown } | null;
}

type Definitions = Record<string, SettingDefinition<unknown>>;
type Values<Table extends Definitions> = {
  [Key in keyof Table]: Table[Key] extends SettingDefinition<infer Value> ? Value : never;
};

export interface ResolvedSettings<Table extends Definitions> {
  values: Values<Table>;
  sources: Record<keyof Table, SettingSource>;
}

/**
 * @throws AppError `config_invalid` that names the setting, its source and the allowed values
 */
export function resolveSettings<Table extends Definitions>(
  definitions: Table,
  sources: SettingSources,
): ResolvedSettings<Table> {
  const file = checkFile(definitions, sources.file);
  const values: Record<string, unknown> = {};
  const origins: Record<string, SettingSource> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const found = find(name, definition, sources, file);
    origins[name] = found.source;
    values[name] = found.source === 'default' ? definition.default : checkValue(definition, found);
  }
  return { values: values as Values<Table>, sources: origins as Record<keyof Table, SettingSource> };
}

interface Found {
  value: unknown;
  source: SettingSource;
}

function find(
  name: string,
  definition: SettingDefinition<unknown>,
  { flags, flagNames, env, file }: SettingSources,
  fileValues: Readonly<Record<string, unknown>>,
): Found {
  if (flags[name] !== undefined) {
    const flagName = flagNames?.[name] ?? definition.flag!.split(/[ =]/)[0]!;
    return { value: fromText(flags[name], definition), source: `flag ${flagName}` };
  }
  const text = env[definition.environment];
  if (text !== undefined && text !== '') {
    return { value: fromText(text, definition), source: `environment ${definition.environment}` };
  }
  const pathVariable = `${definition.environment}_FILE`;
  const path = definition.isSecret === true ? env[pathVariable] : undefined;
  if (path !== undefined && path !== '') {
    return {
      value: fromText(readSecret(path, pathVariable), definition),
      source: `environment ${pathVariable}`,
    };
  }
  if (fileValues[name] !== undefined) {
    const value = definition.kind === 'list' ? fromText(fileValues[name], definition) : fileValues[name];
    return { value, source: `file ${file!.path}` };
  }
  return { value: definition.default, source: 'default' };
}

function readSecret(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new AppError(
      'config_invalid',
      `The file "${path}" named by ${variable} cannot be read (${code}).`,
      {
        cause: error,
      },
    );
  }
}

function checkFile(definitions: Definitions, file: SettingSources['file']): Record<string, unknown> {
  if (file === null || file.value === null || file.value === undefined) return {};
  const { path, value } = file;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new AppError('config_invalid', `${path} must contain one object with settings.`);
  }
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(definitions, key)) continue;
    throw new AppError(
      'config_invalid',
      `${path}: "${key}" is not a known setting.${didYouMean(key, Object.keys(definitions))}`,
    );
  }
  return value as Record<string, unknown>;
}

/** The entries of a list, separated by commas or spaces. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((entry) => entry !== '');
}

/** Converts text to a number or boolean; other text is left for the schema to refuse. */
function fromText(value: unknown, { kind }: SettingDefinition<unknown>): unknown {
  if (kind === 'list')
    return [value].flat().flatMap((entry) => (typeof entry === 'string' ? listOf(entry) : entry));
  if (typeof value !== 'string') return value;
  if (kind === 'number') return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (kind === 'boolean') {
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    if (/^(0|false|no|off)$/i.test(value)) return false;
  }
  return value;
}

function checkValue(definition: SettingDefinition<unknown>, { value, source }: Found): unknown {
  const parsed = definition.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const shown = definition.isSecret === true ? '' : ` ${JSON.stringify(value)}`;
  const problem = valueProblem(parsed.error.issues[0]!);
  throw new AppError('config_invalid', `The value${shown} of ${source} is invalid: ${problem}.`);
}
