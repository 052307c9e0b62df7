import { useEffectEvent, useLayoutEffect, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { goesElsewhere, keyName } from './key-name.ts';
import { readSetting, writeSetting } from './settings.ts';

type Action = (event: KeyboardEvent) => void;

/** Actions by key. Keys are written as `j`, `Shift+J`, `?`, `Escape`, `Space`, `Ctrl+Z`. */
export type KeyMap = Readonly<Record<string, Action | undefined>>;

/** Keys that work even when single-key shortcuts are off. */
const always = new Set([
  'Escape',
  'Enter',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Ctrl+Z',
  'Ctrl+K',
]);

/** A key that has waited longer is forgotten: the user has given up. */
const patienceMs = 10_000;

/** What one mounted map does at a key; it may have to wait for what the page is loading. */
type Part = (name: string) => { action: Action | undefined; isWaiting: boolean };

/** In the order of mounting: parts before what contains them. */
const parts = new Set<Part>();
/** Pressed, but not acted on yet, in order. */
const pressed: { name: string; event: KeyboardEvent }[] = [];
let isNavigating = (): boolean => false;

/**
 * Keys pressed while the app is on its way to another page or item wait, and act on that one. The app calls
 * {@link actOnWaitingKeys} when it has rendered it.
 */
export function waitWithKeysWhile(isOnItsWay: () => boolean): void {
  isNavigating = isOnItsWay;
}

/** Acts on the keys that wait, as far as they need not wait any longer. */
export function actOnWaitingKeys(): void {
  for (let [next] = pressed; next !== undefined; [next] = pressed) {
    const { name, event } = next;
    const isVain = isOld(event) || goesElsewhere(name, document.activeElement);
    const { action, isWaiting } = partFor(name);
    if (!isVain && (isNavigating() || isWaiting)) return;
    pressed.shift();
    // Rendered at once, so that the next key acts on the result.
    if (!isVain && action !== undefined) flushSync(() => action(event));
  }
}

/** Does what a key does on this page, however it was chosen. @returns whether the page knows it */
export function pressKey(name: string): boolean {
  const { action } = partFor(name);
  if (action !== undefined) flushSync(() => action(new KeyboardEvent('keydown', { key: name })));
  return action !== undefined;
}

function isOld({ timeStamp }: KeyboardEvent): boolean {
  return performance.now() - timeStamp > patienceMs;
}

function partFor(name: string): ReturnType<Part> {
  for (const part of parts) {
    const found = part(name);
    if (found.action !== undefined) return found;
  }
  return { action: undefined, isWaiting: false };
}

function keyDown(event: KeyboardEvent): void {
  const name = keyName(event);
  if (name === null || (!singleKeysOn() && !always.has(name))) return;
  const isKnown = partFor(name).action !== undefined;
  if (isKnown) event.preventDefault();
  // The next page may know it.
  else if (!isNavigating()) return;
  // A key held down acts as often as the page keeps up with it.
  if (event.repeat && (isNavigating() || pressed.length > 0)) return;
  pressed.push({ name, event });
  actOnWaitingKeys();
}

/**
 * Listens for single keys while the component is mounted.
 *
 * @param isWaiting whether what the keys act on is still loading: until then they wait, and all that follow them
 */
export function useKeys(map: KeyMap, { isWaiting = false } = {}): void {
  const find = useEffectEvent((name: string) => ({ action: map[name], isWaiting }));
  // Before the first frame: a key pressed at what is seen already must count.
  useLayoutEffect(() => {
    const part: Part = (name) => find(name);
    if (parts.size === 0) document.addEventListener('keydown', keyDown);
    parts.add(part);
    return () => {
      parts.delete(part);
      if (parts.size === 0) document.removeEventListener('keydown', keyDown);
    };
  }, []);
  useLayoutEffect(() => {
    if (pressed.length > 0) queueMicrotask(actOnWaitingKeys);
  });
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
