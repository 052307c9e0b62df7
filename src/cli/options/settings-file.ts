import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { settingsFileNames } from '../../config/settings.ts';
import { AppError } from '../../base/errors.ts';

/**
 * The parsed settings file of a folder, or null.
 *
 * @param chosen another file, from that folder
 * @throws AppError `config_invalid` when there are several, or one that cannot be read
 */
export async function readSettingsFile(
  folder: string,
  chosen?: string,
): Promise<{ path: string; value: unknown } | null> {
  if (chosen !== undefined) return { path: chosen, value: await parseFile(chosen, resolve(folder, chosen)) };
  const names: string[] = await readdir(folder).catch(() => []);
  const found = settingsFileNames.filter((name) => names.includes(name));
  if (found.length === 0) return null;
  if (found.length > 1) {
    throw new AppError(
      'config_invalid',
      `There are several settings files: ${found.join(', ')}. Keep only one.`,
    );
  }
  const name = found[0]!;
  return { path: name, value: await parseFile(name, join(folder, name)) };
}

async function parseFile(name: string, path: string): Promise<unknown> {
  try {
    if (/\.ya?ml$/.test(name)) {
      const { parseYaml } = await import('../../local/yaml-document.ts');
      return parseYaml(await readFile(path, 'utf8'), name).value;
    }
    if (name.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8')) as unknown;
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (module.default === undefined) {
      throw new AppError('config_invalid', `${name} must export its settings: export default { … }.`);
    }
    return module.default;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new AppError('config_invalid', `${name} cannot be read: ${message}`, { cause: error });
  }
}
