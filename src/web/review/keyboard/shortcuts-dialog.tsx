import { useState, type Ref } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { useSingleKeys } from '../../kit/keys.ts';
import { useShownShortcuts } from './registry.ts';

/** Every key of the page, searchable, and the switch that turns single keys off. */
export function ShortcutsDialog({ ref }: { ref: Ref<HTMLDialogElement> }) {
  const [text, setText] = useState('');
  const [on, setOn] = useSingleKeys();
  const groups = useShownShortcuts(text);
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
        {groups.length === 0 && <p className="muted">No shortcut matches.</p>}
        {groups.map(([group, shortcuts]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl className="key-list">
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
    </dialog>
  );
}
