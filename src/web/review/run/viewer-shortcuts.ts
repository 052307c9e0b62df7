import type { Shortcut } from '../keyboard/registry.ts';

/** Keys handled by the viewer itself, for the shortcuts dialog. */
export const viewerShortcuts: readonly Shortcut[] = [
  { keys: ['1', '2', '3'], shown: '1 2 3', does: 'show only before, diff or after' },
  { keys: ['f'], does: 'flip before → diff → after' },
  { keys: ['s'], does: 'side by side' },
  { keys: ['w'], does: 'swipe (wipe)' },
  { keys: ['t'], does: 'onion skin (transparent)' },
  { keys: ['b'], does: 'blink; press again to pause' },
  { keys: ['d'], does: 'mask of changed pixels on / off' },
  { keys: ['p'], does: 'align what moved / images as they are' },
  { keys: ['.', ','], shown: '. / ,', does: 'next / previous change or changed region' },
  { keys: ['Shift+.', 'Shift+,'], shown: 'Shift . / Shift ,', does: 'next / previous moved part' },
  { keys: ['h'], does: 'flash all regions once' },
];

export const zoomShortcuts: readonly Shortcut[] = [
  { keys: ['+', '-'], shown: '+ / −', does: 'zoom in / out; Ctrl or ⌘ and wheel zooms at the pointer' },
  { keys: ['0', 'a', 'z'], shown: '0 · A · Z', does: 'fit width · whole page · 100 % and back' },
  { keys: ['Arrows'], does: 'pan 64 px; with Shift five times as far' },
  {
    keys: ['Space', 'Shift+Space'],
    shown: 'Space / Shift Space',
    does: 'page down / up; also PgDn, PgUp, Home, End',
  },
];
