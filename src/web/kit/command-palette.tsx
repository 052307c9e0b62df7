import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { OpenDialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { MiddleCut } from './middle-cut.tsx';
import { findCommands, type Command } from './find-commands.ts';
import './command-palette.css';

interface CommandPaletteProps {
  /** In the order of their kinds. */
  commands: readonly Command[];
  /** Whether more may come. */
  isLoading?: boolean;
  /** Called with the text that is typed, for commands that must be asked for. */
  onText?: (text: string) => void;
  onClose: () => void;
}

/** Goes to places and does actions by their names, by keyboard alone. Open while mounted. */
export function CommandPalette({ commands, isLoading = false, onText, onClose }: CommandPaletteProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const { groups, count } = useMemo(() => findCommands(commands, text), [commands, text]);
  const found = useMemo(() => groups.flatMap(({ commands: some }) => some), [groups]);
  const active = Math.min(at, found.length - 1);
  const optionId = (index: number) => `${listId}-${index}`;

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active, found]);

  const choose = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    // The focus has returned to the page by then.
    setTimeout(command.run, 0);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const isOne = Math.abs(step) === 1;
      const last = found.length - 1;
      const next = active + step;
      setAt(isOne ? (next + found.length) % Math.max(1, found.length) : Math.min(last, Math.max(0, next)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(found[active]);
    } else if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onClose();
    }
  };

  let index = -1;
  return (
    <OpenDialog title="Go to or do" className="command-palette" onClose={onClose}>
      <div className="command-field line">
        <Icon name="search" />
        <input
          autoFocus
          type="text"
          role="combobox"
          className="grow"
          aria-label="Go to a build, release, run or setting, or do an action"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={found.length === 0 ? undefined : optionId(active)}
          placeholder="Build, release, run, setting or action"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onKeyDown={press}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
            onText?.(event.target.value);
          }}
        />
      </div>
      <div id={listId} ref={list} className="command-list" role="listbox" aria-label="Results">
        {groups.map(({ kind, commands: some }, group) => (
          <div key={kind} role="group" aria-labelledby={`${listId}-kind-${group}`}>
            <div id={`${listId}-kind-${group}`} className="command-kind muted text-12" role="presentation">
              {kind}
            </div>
            {some.map((command) => {
              index++;
              const own = index;
              return (
                <div
                  key={command.id}
                  id={optionId(own)}
                  role="option"
                  aria-selected={own === active}
                  className="command line text-13"
                  onPointerMove={() => setAt(own)}
                  onClick={() => choose(command)}
                >
                  <Icon name={command.icon ?? 'next'} size={14} />
                  <span className="command-title grow">
                    <MiddleCut text={command.title} />
                  </span>
                  {command.detail !== undefined && (
                    <span className="command-detail muted ellipsis">{command.detail}</span>
                  )}
                  {command.keys !== undefined && <kbd>{command.keys}</kbd>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className="command-count muted text-12" role="status">
        {found.length === 0
          ? isLoading
            ? 'Loading…'
            : 'Nothing has this name.'
          : count > found.length
            ? `The first ${found.length} of ${count.toLocaleString('en-US')}; type more of the name.`
            : `${count} ${count === 1 ? 'result' : 'results'}`}
      </p>
    </OpenDialog>
  );
}
