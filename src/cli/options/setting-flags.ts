/** Settings as flags of commands. */

import { Option, type Command } from 'commander';
import { settingDefinitions, type SettingName } from '../../config/settings.ts';

/** What a flag is called and how it is described where a command does not take it as the table has it. */
export interface FlagOverride {
  flag?: string;
  description?: string;
  /** The default in words, where the command has another one. */
  defaultText?: string;
  /** Other names, which the help does not show. */
  aliases?: readonly string[];
}

interface TakenFlag {
  name: SettingName;
  /** Attribute of the parsed options. */
  option: string;
  /** As the user writes it: `--workers`. */
  flag: string;
}

const takenFlags = new WeakMap<Command, TakenFlag[]>();

/** The flags of the command that stand for settings. */
export function settingFlagsOf(command: Command): readonly TakenFlag[] {
  return takenFlags.get(command) ?? [];
}

/** Gives a command the flags of settings. A flag that switches something on can be taken back with `--no-…`. */
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
    add(name, new Option(flag, helpOf(name, flag, override)));
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

/** A sentence as the help of a flag has it: without capital and full stop. Names such as `PostgreSQL` stay as they are. */
export function asPhrase(sentence: string): string {
  const phrase = sentence.replace(/\.$/, '');
  const isName =
    /^[A-Z]\w*[A-Z]/.test(phrase) || /^(Chromium|Chrome|Playwright|Cypress|Markdown)\b/.test(phrase);
  return isName ? phrase : `${phrase.charAt(0).toLowerCase()}${phrase.slice(1)}`;
}
