/** Settings as flags of commands. */

import { Option, type Command } from 'commander';
import { collected } from './collected.ts';
import { settingDefinitions, type SettingName } from '../../config/settings.ts';

/** A command's own name and description for a flag, where they differ from the settings table. */
export interface FlagOverride {
  flag?: string;
  description?: string;
  /** The default as text, where the command's differs. */
  defaultText?: string;
  /** Aliases hidden from the help. */
  aliases?: readonly string[];
}

interface TakenFlag {
  name: SettingName;
  /** Attribute name in the parsed options. */
  option: string;
  /** As the user writes it: `--workers`. */
  flag: string;
}

const takenFlags = new WeakMap<Command, TakenFlag[]>();

/** The command's flags that map to settings. */
export function settingFlagsOf(command: Command): readonly TakenFlag[] {
  return takenFlags.get(command) ?? [];
}

/** Adds the flags of settings to a command. A boolean flag can be negated with `--no-…`. */
export function withSettings(
  command: Command,
  names: readonly SettingName[],
  overrides: Partial<Record<SettingName, FlagOverride>> = {},
): Command {
  const taken = takenFlags.get(command) ?? [];
  takenFlags.set(command, taken);
  const add = (name: SettingName, option: Option): void => {
    command.addOption(option);
    taken.push({ name, option: option.attributeName(), flag: option.long! });
  };
  for (const name of names) {
    const override = overrides[name] ?? {};
    const flag = override.flag ?? settingDefinitions[name].flag!;
    const option = new Option(flag, helpOf(name, flag, override));
    if (settingDefinitions[name].kind === 'list') option.argParser(collected);
    add(name, option);
    for (const alias of override.aliases ?? []) add(name, new Option(alias).hideHelp());
    const isSwitch = !flag.includes('<') && !flag.startsWith('--no-');
    if (isSwitch) command.addOption(new Option(flag.replace('--', '--no-')).hideHelp());
  }
  return command;
}

function helpOf(name: SettingName, flag: string, override: FlagOverride): string {
  const { description, defaultText, default: value } = settingDefinitions[name];
  if (flag.startsWith('--no-')) {
    return override.description ?? 'do not run the bash scripts of the YAML (setup, waitFor)';
  }
  const text = asPhrase(override.description ?? description);
  const shown = override.defaultText ?? defaultText ?? JSON.stringify(value);
  return flag.includes('<') ? `${text} (default: ${shown})` : text;
}

/** A sentence as flag help: no capital, no full stop. Names such as `PostgreSQL` keep their capitals. */
export function asPhrase(sentence: string): string {
  const phrase = sentence.replace(/\.$/, '');
  const isName =
    /^[A-Z]\w*[A-Z]/.test(phrase) || /^(Chromium|Chrome|Playwright|Cypress|Markdown)\b/.test(phrase);
  return isName ? phrase : `${phrase.charAt(0).toLowerCase()}${phrase.slice(1)}`;
}
