import { useRef, useState } from 'react';
import { Chip } from '../chip.tsx';
import { CommandPalette } from '../command-palette.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { CopyField } from '../copy-field.tsx';
import { Icon, iconNames } from '../icon.tsx';
import { Mark } from '../mark.tsx';
import { Menu, MenuChoice, MenuDivider, MenuGroup, MenuItem, menuItem, MenuWords } from '../menu.tsx';
import { SearchField } from '../search-field.tsx';
import { ShortcutsDialog } from '../shortcuts-dialog.tsx';
import { Sample, SampleGroup } from './sample.tsx';

/** Buttons, fields, chips, menus, dialogs. */
export function ControlSamples() {
  const [text, setText] = useState('');
  const [filters, setFilters] = useState<readonly string[]>(['undecided']);
  const [isAsking, setAsking] = useState(false);
  const [isGoing, setGoing] = useState(false);
  const help = useRef<HTMLDialogElement>(null);
  const toggle = (name: string) =>
    setFilters(filters.includes(name) ? filters.filter((each) => each !== name) : [...filters, name]);
  return (
    <SampleGroup id="controls" title="Controls">
      <Sample name="button.css">
        <button type="button" className="button">
          Capture again
        </button>
        <button type="button" className="button primary">
          Create build
        </button>
        <button type="button" className="button approve">
          <Icon name="picked" size={14} />
          Approve
        </button>
        <button type="button" className="button reject">
          Reject
        </button>
        <button type="button" className="button approve is-picked">
          Picked
        </button>
        <button type="button" className="button" disabled>
          Disabled
        </button>
        <button type="button" className="button small">
          Show
        </button>
        <button type="button" className="button icon-button" aria-label="Next run">
          <Icon name="next" />
        </button>
        <button type="button" className="tool" aria-pressed="false">
          <Icon name="list" /> Tool
        </button>
        <button type="button" className="tool" aria-pressed="true">
          <Icon name="grid" /> Tool that is on
        </button>
        <button type="button" className="tool" disabled aria-label="Tool that is disabled">
          <Icon name="info" />
        </button>
        <div className="segmented" role="radiogroup" aria-label="View">
          {['Side by side', 'Diff', 'Swipe'].map((view, index) => (
            <button key={view} type="button" role="radio" aria-checked={index === 1}>
              {view}
            </button>
          ))}
        </div>
        <button type="button" className="link">
          A link that acts as a button
        </button>
      </Sample>
      <Sample name="icon.tsx">
        {iconNames.map((name) => (
          <span key={name} className="gallery-icon muted text-12">
            <Icon name={name} />
            {name}
          </span>
        ))}
      </Sample>
      <Sample name="mark.tsx">
        <a className="mark" href="#mark">
          <Mark />
        </a>
      </Sample>
      <Sample name="field.css, search-field.tsx">
        <SearchField value={text} label="Search names" onChange={setText}>
          <kbd aria-hidden="true">/</kbd>
        </SearchField>
        <label>
          <span className="visually-hidden">Name</span>
          <input className="field" defaultValue="Kiln & Oak" />
        </label>
        <label className="check line">
          <input type="checkbox" defaultChecked /> Wrap lines
        </label>
      </Sample>
      <Sample name="chip.tsx">
        {(['differs', 'undecided', 'approved', 'rejected', 'failed', 'new', 'waiting', 'same'] as const).map(
          (state, index) => (
            <Chip
              key={state}
              state={state}
              icon={state === 'approved' ? 'picked' : state}
              count={index === 3 ? 0 : index * 7 + 1}
              pressed={filters.includes(state)}
              onClick={() => toggle(state)}
            >
              {state}
            </Chip>
          ),
        )}
        <Chip pressed={!filters.includes('good')} onClick={() => toggle('good')}>
          All
        </Chip>
        <Chip pressed={filters.includes('good')} onClick={() => toggle('good')}>
          Good
        </Chip>
        <Chip state="new" icon="new" count="–" pressed={false} disabled onClick={() => undefined}>
          not known yet
        </Chip>
      </Sample>
      <Sample name="copy-field.tsx">
        <CopyField label="A whole site" text="dpxdt site-diff https://example.com/" />
      </Sample>
      <Sample name="menu.tsx">
        <Menu label="Menu" button={<Icon name="list" />} width={220}>
          {() => <SampleMenu onShortcuts={() => help.current?.showModal()} />}
        </Menu>
      </Sample>
      <Sample name="dialog.tsx, shortcuts-dialog.tsx, confirm-dialog.tsx, command-palette.tsx">
        <button type="button" className="button" onClick={() => help.current?.showModal()}>
          Keyboard shortcuts
        </button>
        <button type="button" className="button" onClick={() => setAsking(true)}>
          Mark good
        </button>
        <button type="button" className="button" onClick={() => setGoing(true)}>
          Go to or do
        </button>
      </Sample>
      <ShortcutsDialog
        ref={help}
        groups={[
          { title: 'Move', shortcuts: [{ shown: 'J or ↓', does: 'next run' }] },
          { title: 'Decide', shortcuts: [{ shown: 'Y', does: 'approve and go to the next undecided run' }] },
        ]}
      />
      {isGoing && (
        <CommandPalette
          commands={[
            {
              id: '1',
              kind: 'Runs',
              title: '/checkout',
              detail: 'Differs',
              icon: 'differs',
              run: () => undefined,
            },
            {
              id: '2',
              kind: 'Actions',
              title: 'Next run',
              keys: 'J',
              icon: 'keyboard',
              run: () => undefined,
            },
          ]}
          onClose={() => setGoing(false)}
        />
      )}
      {isAsking && (
        <ConfirmDialog
          title="Mark this release good?"
          confirm={{ label: 'Mark good', tone: 'approve', act: () => undefined }}
          other={{ label: 'Mark bad', tone: 'reject', act: () => undefined }}
          keep={{ label: 'Keep reviewing' }}
          initial="keep"
          onClose={() => setAsking(false)}
        >
          <ul className="confirm-list">
            <li>3 differences are undecided. They will become part of the baseline, too.</li>
          </ul>
        </ConfirmDialog>
      )}
    </SampleGroup>
  );
}

function SampleMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const [theme, setTheme] = useState('System');
  const [isOn, setOn] = useState(true);
  return (
    <>
      <MenuGroup title="Theme">
        {['System', 'Light', 'Dark'].map((one) => (
          <MenuChoice key={one} kind="radio" checked={one === theme} onSelect={() => setTheme(one)}>
            {one}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuDivider />
      <MenuItem icon="keyboard" hint={<kbd>?</kbd>} onSelect={onShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuChoice kind="checkbox" checked={isOn} onSelect={() => setOn(!isOn)}>
        Single-key shortcuts
      </MenuChoice>
      <MenuDivider />
      <a {...menuItem} href="#screen">
        <MenuWords icon="grid">Work queues</MenuWords>
      </a>
    </>
  );
}
