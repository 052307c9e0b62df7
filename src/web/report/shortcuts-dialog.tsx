import { useState, type Ref } from 'react';
import { Icon } from '../kit/icon.tsx';
import { useSingleKeys } from '../kit/keys.ts';

const groups: readonly { title: string; keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Move',
    keys: [
      ['J / K', 'next / previous test'],
      ['Shift J / Shift K', 'next / previous that needs a look'],
      ['U', 'up to all tests'],
      ['O or Enter', 'open the current row'],
      ['/', 'search'],
      ['Esc', 'close, clear, leave'],
    ],
  },
  {
    title: 'Look',
    keys: [
      ['1 2 3', 'before, diff, after alone'],
      ['F', 'flip before → diff → after'],
      ['S', 'side by side'],
      ['W', 'swipe (wipe)'],
      ['T', 'onion skin (transparent)'],
      ['B', 'blink; again to pause'],
      ['D', 'mask of changed pixels on / off'],
      ['. / ,', 'next / previous changed region'],
      ['H', 'flash all regions once'],
    ],
  },
  {
    title: 'Zoom and place',
    keys: [
      ['+ / −', 'zoom in / out; Ctrl or ⌘ and wheel zooms at the pointer'],
      ['0 · A · Z', 'fit width · whole page · 100 % and back'],
      ['Arrows', 'pan 64 px; with Shift five times as far'],
      ['Space / Shift Space', 'page down / up; also PgDn, PgUp, Home, End'],
    ],
  },
  {
    title: 'Decide',
    keys: [
      ['Y', 'pick for the approve command, go to the next that needs a look'],
      ['N', 'do not pick, go to the next that needs a look'],
      ['E', 'pick all that changed in the same places'],
      ['Ctrl or ⌘ Z', 'undo the last pick'],
      ['C', 'copy a link to exactly this view'],
    ],
  },
  {
    title: 'Panels',
    keys: [
      ['I', 'details'],
      ['R', 'list of tests'],
      ['L', 'capture log'],
      ['?', 'this list'],
    ],
  },
];

/** Every key, searchable, and the switch that turns single keys off. */
export function ShortcutsDialog({ ref }: { ref: Ref<HTMLDialogElement> }) {
  const [text, setText] = useState('');
  const [on, setOn] = useSingleKeys();
  const wanted = text.trim().toLowerCase();
  const found = groups
    .map((group) => ({
      ...group,
      keys: group.keys.filter(([key, does]) => `${key} ${does}`.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.keys.length > 0);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby="shortcuts-title"
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      <form method="dialog" className="dialog-head">
        <h2 id="shortcuts-title">Keyboard shortcuts</h2>
        <button className="tool" aria-label="Close" title="Close (Esc)">
          <Icon name="close" />
        </button>
      </form>
      <div className="dialog-tools">
        <input
          type="search"
          className="field"
          placeholder="Search shortcuts"
          aria-label="Search shortcuts"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check">
          <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
          Single-key shortcuts
        </label>
      </div>
      <div className="dialog-body" tabIndex={0} role="group" aria-label="Shortcuts">
        {found.length === 0 && <p className="muted">No shortcut matches.</p>}
        {found.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl className="key-list">
              {group.keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
