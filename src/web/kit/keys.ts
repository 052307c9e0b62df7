import { useEffectEvent, useLayoutEffect, useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings.ts';

/** Actions by key. Keys are written as `j`, `Shift+J`, `?`, `Escape`, `Space`. */
export type KeyMap = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Keys that work even when single-key shortcuts are off. */
const always = new Set(['Escape', 'Enter', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']);
/** Keys that must not repeat while held down. */
const noRepeat = new Set(['y', 'n', 'e', 'f', 'b']);

/**
 * The name of a pressed key, or null if it must be ignored: in a text field or a dialog, while composing, with Ctrl,
 * Alt or ⌘.
 * Letters are matched case-insensitively; on non-Latin layouts, by the key's position on the keyboard.
 */
function keyName(event: KeyboardEvent): string | null {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented)
    return null;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target !== null && isTextField(target) && event.key !== 'Escape') return null;
  if (target?.closest('[role="menu"]')) return null;
  if (document.querySelector('dialog[open]') !== null) return null;
  const name = nameOf(event);
  if (event.repeat && noRepeat.has(name)) return null;
  if ((name === 'Space' || name === 'Enter') && target?.closest('button, a, input, summary, select'))
    return null;
  return name;
}

function nameOf(event: KeyboardEvent): string {
  if (event.key === ' ') return event.shiftKey ? 'Shift+Space' : 'Space';
  if (event.key.startsWith('Arrow')) return event.shiftKey ? `Shift+${event.key}` : event.key;
  const latin = /^[a-z]$/i.test(event.key);
  const physical = /^Key([A-Z])$/.exec(event.code)?.[1];
  const letter = latin
    ? event.key.toLowerCase()
    : /^\p{Letter}$/u.test(event.key) && physical !== undefined
      ? physical.toLowerCase()
      : null;
  if (letter !== null) return event.shiftKey ? `Shift+${letter.toUpperCase()}` : letter;
  return event.key;
}

function isTextField(element: HTMLElement): boolean {
  if (element.isContentEditable || element instanceof HTMLTextAreaElement) return true;
  if (element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type);
}

/** Listens for single keys while the component is mounted. */
export function useKeys(map: KeyMap): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const name = keyName(event);
    if (name === null || (!singleKeysOn() && !always.has(name))) return;
    const action = map[name];
    if (action === undefined) return;
    event.preventDefault();
    action(event);
  });
  // Before the first frame: a key pressed at what is seen already must count.
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

const listeners = new Set<() => void>();

function singleKeysOn(): boolean {
  return readSetting('single-keys') !== 'off';
}

/** Whether single-key shortcuts are on (WCAG 2.1.4); kept on the device. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, singleKeysOn);
  return [
    on,
    (next) => {
      writeSetting('single-keys', next ? 'on' : 'off');
      for (const listener of listeners) listener();
    },
  ];
}
