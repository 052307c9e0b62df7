import type { ShownGroup } from '../kit/shortcuts-dialog.tsx';

/** All keys of the report, for the shortcuts dialog. */
export const shortcuts: readonly ShownGroup[] = [
  {
    title: 'Move',
    shortcuts: [
      { shown: 'J / K', does: 'next / previous test' },
      { shown: 'Shift J / Shift K', does: 'next / previous test that needs review' },
      { shown: 'U', does: 'up to all tests' },
      { shown: 'Shift G', does: 'list of tests / of changes' },
      { shown: 'O or Enter', does: 'open the current row' },
      { shown: '/', does: 'search' },
      { shown: 'Esc', does: 'close, clear, leave' },
    ],
  },
  {
    title: 'Look',
    shortcuts: [
      { shown: '1 2 3', does: 'show only before, diff or after' },
      { shown: 'F', does: 'flip before → diff → after' },
      { shown: 'S', does: 'side by side' },
      { shown: 'W', does: 'swipe (wipe)' },
      { shown: 'T', does: 'onion skin (transparent)' },
      { shown: 'B', does: 'blink; press again to pause' },
      { shown: 'D', does: 'mask of changed pixels on / off' },
      { shown: 'P', does: 'align what moved / images as they are' },
      { shown: '. / ,', does: 'next / previous change or changed region' },
      { shown: 'Shift . / Shift ,', does: 'next / previous moved part' },
      { shown: 'H', does: 'flash all regions once' },
    ],
  },
  {
    title: 'Zoom and pan',
    shortcuts: [
      { shown: '+ / −', does: 'zoom in / out; Ctrl or ⌘ and wheel zooms at the pointer' },
      { shown: '0 · A · Z', does: 'fit width · whole page · 100 % and back' },
      { shown: 'Arrows', does: 'pan 64 px; with Shift five times as far' },
      { shown: 'Space / Shift Space', does: 'page down / up; also PgDn, PgUp, Home, End' },
    ],
  },
  {
    title: 'Decide',
    shortcuts: [
      { shown: 'Y', does: 'pick for the approve command and go to the next test that needs review' },
      { shown: 'N', does: 'do not pick, and go to the next test that needs review' },
      { shown: 'E', does: 'pick all tests with the same changes' },
      { shown: 'Ctrl or ⌘ Z', does: 'undo the last pick' },
      { shown: 'C', does: 'copy a link to this view' },
    ],
  },
  {
    title: 'Panels',
    shortcuts: [
      { shown: 'I', does: 'details' },
      { shown: 'R', does: 'list of tests' },
      { shown: 'L', does: 'capture log' },
      { shown: '?', does: 'this list' },
    ],
  },
];
