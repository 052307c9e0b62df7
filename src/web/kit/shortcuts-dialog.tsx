import { useState, type Ref } from 'react';
import { Dialog } from './dialog.tsx';
import { useSingleKeys } from './keys.ts';
import './shortcuts-dialog.css';

/** One line of the help. */
export interface ShownShortcut {
  /** The keys as shown: `J or ↓`. */
  shown: string;
  /** A short description. */
  does: string;
}

export interface ShownGroup {
  title: string;
  shortcuts: readonly ShownShortcut[];
}

interface ShortcutsDialogProps {
  ref: Ref<HTMLDialogElement>;
  groups: readonly ShownGroup[];
}

/** All keys, searchable, and the switch for single-key shortcuts. */
export function ShortcutsDialog({ ref, groups }: ShortcutsDialogProps) {
  const [text, setText] = useState('');
  const [on, setOn] = useSingleKeys();
  const wanted = text.trim().toLowerCase();
  const found = groups
    .map(({ title, shortcuts }) => ({
      title,
      shortcuts: shortcuts.filter(({ shown, does }) => `${shown} ${does}`.toLowerCase().includes(wanted)),
    }))
    .filter(({ shortcuts }) => shortcuts.length > 0);
  return (
    <Dialog ref={ref} title="Keyboard shortcuts">
      <div className="shortcuts-tools line">
        <input
          type="search"
          className="field"
          placeholder="Search shortcuts"
          aria-label="Search shortcuts"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <label className="check line">
          <input type="checkbox" checked={on} onChange={(event) => setOn(event.target.checked)} />
          Single-key shortcuts
        </label>
      </div>
      <div className="shortcuts text-13" tabIndex={0} role="group" aria-label="Shortcuts">
        {found.length === 0 && <p className="muted">No shortcut matches.</p>}
        {found.map(({ title, shortcuts }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {shortcuts.map(({ shown, does }) => (
                <div key={`${shown} ${does}`}>
                  <dt>
                    <kbd>{shown}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
