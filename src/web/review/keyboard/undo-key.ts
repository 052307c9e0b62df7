import { useEffectEvent, useLayoutEffect } from 'react';

/** Ctrl+Z or ⌘Z outside text fields. @param undo returns whether anything was undone */
export function useUndoKey(undo: () => boolean): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.defaultPrevented) return;
    if (event.key.toLowerCase() !== 'z' || document.querySelector('dialog[open]') !== null) return;
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    if (undo()) event.preventDefault();
  });
  // Before the first frame: a key pressed at what is seen already must count.
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
