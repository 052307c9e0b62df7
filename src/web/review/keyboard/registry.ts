import { useEffect, useId, useSyncExternalStore } from 'react';
import { useKeys, type KeyMap } from '../../kit/keys.ts';
import type { ShownGroup, ShownShortcut } from '../../kit/shortcuts-dialog.tsx';

/** The groups of the shortcuts dialog, in order. */
const shortcutGroups = ['Move', 'Look', 'Zoom and pan', 'Decide', 'Panels', 'Everywhere'] as const;
export type ShortcutGroup = (typeof shortcutGroups)[number];

export interface Shortcut {
  /** In {@link KeyMap} notation; all do the same. */
  keys: readonly string[];
  /** Their text in the dialog; by default `keys` joined by `or`. */
  shown?: string;
  /** A short description. */
  does: string;
  /** Absent if another part handles the key and the dialog only lists it. */
  run?: ((event: KeyboardEvent) => void) | undefined;
}

interface KnownShortcut extends ShownShortcut {
  /** The first of its keys, in {@link KeyMap} notation. */
  key: string;
}

interface KnownGroup extends ShownGroup {
  shortcuts: readonly KnownShortcut[];
}

const registered = new Map<string, { group: ShortcutGroup; shortcuts: readonly KnownShortcut[] }>();
const listeners = new Set<() => void>();
let shown: readonly KnownGroup[] = [];

/**
 * Keys of a page or a part of it, while mounted; the shortcuts dialog (`?`) lists them. Deeper components
 * take precedence over outer ones. With `isWaiting`, the keys wait as long as what they act on is loading.
 */
export function useShortcuts(
  group: ShortcutGroup,
  shortcuts: readonly Shortcut[],
  { isWaiting = false } = {},
): void {
  const id = useId();
  const map: Record<string, KeyMap[string]> = {};
  for (const { keys, run } of shortcuts) {
    for (const key of keys) if (run !== undefined) map[key] = run;
  }
  useKeys(map, { isWaiting });
  const described = JSON.stringify(shortcuts.map(describe));
  useEffect(() => {
    registered.set(id, { group, shortcuts: JSON.parse(described) as KnownShortcut[] });
    publish();
    return () => {
      registered.delete(id);
      publish();
    };
  }, [id, group, described]);
}

function describe({ keys, shown, does }: Shortcut): KnownShortcut {
  return { shown: shown ?? keys.map(wordOf).join(' or '), key: keys[0] ?? '', does };
}

const words: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

function wordOf(key: string): string {
  return key
    .split(/(?<=.)\+/)
    .map((part) => words[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
}

function publish(): void {
  shown = shortcutGroups.flatMap((title) => {
    const all = [...registered.values()].filter((entry) => entry.group === title);
    const shortcuts = all.flatMap((entry) => entry.shortcuts);
    return shortcuts.length === 0 ? [] : [{ title, shortcuts }];
  });
  for (const listener of listeners) listener();
}

/** The contents of the shortcuts dialog. */
export function useShownShortcuts(): readonly KnownGroup[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
