/** Finds commands by parts of their names. Pure; one pass over all of them. */

import type { IconName } from './icon.tsx';

export interface Command {
  /** Unique. */
  id: string;
  /** The heading that it stands under. */
  kind: string;
  title: string;
  /** Beside the title; it is found by it, too. */
  detail?: string;
  /** The keys that do the same. */
  keys?: string;
  icon?: IconName;
  run: () => void;
}

interface CommandGroup {
  kind: string;
  commands: readonly Command[];
}

/** Shown of each kind. */
const shownOfKind = 8;

const lowered = new WeakMap<Command, string>();

function textOf(command: Command): string {
  let text = lowered.get(command);
  if (text === undefined) {
    text = `${command.title} ${command.detail ?? ''}`.toLowerCase();
    lowered.set(command, text);
  }
  return text;
}

/**
 * The commands that have every word of the text, by kind, those whose name begins with it first.
 *
 * @returns the first of each kind, and how many there are in all
 */
export function findCommands(
  commands: readonly Command[],
  text: string,
): { groups: readonly CommandGroup[]; count: number } {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  const kinds = new Map<string, { first: Command[]; rest: Command[] }>();
  let count = 0;
  for (const command of commands) {
    const own = textOf(command);
    if (!words.every((word) => own.includes(word))) continue;
    count++;
    let kind = kinds.get(command.kind);
    if (kind === undefined) kinds.set(command.kind, (kind = { first: [], rest: [] }));
    const place = wanted !== '' && own.startsWith(wanted) ? kind.first : kind.rest;
    if (place.length < shownOfKind) place.push(command);
  }
  const groups = [...kinds].map(([kind, { first, rest }]) => ({
    kind,
    commands: [...first, ...rest].slice(0, shownOfKind),
  }));
  return { groups, count };
}
