import { useEffectEvent, useLayoutEffect, useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings.ts';

/** What one key does. Keys are written as users read them: `j`, `Shift+J`, `?`, `Escape`, `Space`. */
export type KeyMap = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/** Keys that work also when single-key shortcuts are switched off. */
const always = new Set(['Escape', 'Enter', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']);
/** A key held down must not decide or flip again and again. */
const noRepeat = new Set(['y', 'n', 'e', 'f', 'b']);

/**
 * The name of a pressed key, or null when it is none of ours: in a text field or a dialog, while composing, with Ctrl,
 * Alt or ⌘.
 * Letters are matched without case; where the layout gives no Latin letter, by the key's place on the keyboard.
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

/** Listens for single keys as long as the component is there. */
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

/** The person's choice whether single keys act (WCAG 2.1.4), kept on the device. */
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
