import {
  useCallback,
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { Icon, type IconName } from './icon.tsx';
import { textScale } from './text-scale.ts';
import './menu.css';

/** CSS pixels between the button and its menu, and between the menu and the edge of the window. */
const gap = 4;
const edge = 8;
/** Longest pause between letters typed as one name. */
const typeaheadMs = 600;

interface MenuProps {
  /** Accessible name of the button; absent if its content names it. */
  label?: string;
  /** What the button shows. */
  button: ReactNode;
  /** Class of the button. */
  className?: string;
  /** Width of the menu in CSS pixels. */
  width: number;
  /** Only called while the menu is open. */
  children: () => ReactNode;
}

/**
 * A button that opens a menu in the top layer. Arrows, Home, End and typed letters move the focus through its
 * items with wrapping; Escape, Tab and choosing an item return it to the button. Items are {@link MenuItem},
 * {@link MenuChoice}, or links that spread {@link menuItem}.
 */
export function Menu({ label, button, className = 'tool', width, children }: MenuProps) {
  /** Where the focus goes when the menu opens; null: it is closed. */
  const [opening, setOpening] = useState<'first' | 'last' | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = useCallback((keepsFocus: boolean) => {
    if (keepsFocus) trigger.current?.focus({ preventScroll: true });
    setOpening(null);
  }, []);
  return (
    <>
      <button
        ref={trigger}
        id={`${id}-button`}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={opening !== null}
        aria-controls={opening === null ? undefined : id}
        onClick={() => setOpening(opening === null ? 'first' : null)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          event.stopPropagation();
          setOpening(event.key === 'ArrowDown' ? 'first' : 'last');
        }}
      >
        {button}
      </button>
      {opening !== null && (
        <OpenMenu id={id} width={width} trigger={trigger} opening={opening} onClose={close}>
          {children()}
        </OpenMenu>
      )}
    </>
  );
}

interface OpenMenuProps {
  id: string;
  width: number;
  trigger: { current: HTMLButtonElement | null };
  opening: 'first' | 'last';
  onClose: (keepsFocus: boolean) => void;
  children: ReactNode;
}

function OpenMenu({ id, width, trigger, opening, onClose, children }: OpenMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: -Infinity });
  const items = () => [...menu.current!.querySelectorAll<HTMLElement>('[role^="menuitem"]')];

  const place = useEffectEvent(() => {
    if (menu.current === null || trigger.current === null) return;
    placeBeside(menu.current, trigger.current, width * textScale());
  });
  const focusEnd = useEffectEvent(() =>
    items()
      .at(opening === 'first' ? 0 : -1)
      ?.focus(),
  );
  const lookOutside = useEffectEvent((event: Event) => {
    const target = event.target as Node;
    if (menu.current === null || menu.current.contains(target) || trigger.current?.contains(target)) return;
    onClose(false);
  });
  // In sync with rendering: a closed menu must not receive events meant for the next one.
  useLayoutEffect(() => {
    menu.current?.showPopover();
    place();
    focusEnd();
    const outside = (event: Event) => lookOutside(event);
    const move = () => place();
    document.addEventListener('pointerdown', outside, true);
    document.addEventListener('focusin', outside);
    window.addEventListener('scroll', move, true);
    window.addEventListener('resize', move);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      document.removeEventListener('focusin', outside);
      window.removeEventListener('scroll', move, true);
      window.removeEventListener('resize', move);
    };
  }, []);

  const press = (event: KeyboardEvent) => {
    if (event.key === 'Tab') return onClose(true);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? -1 : at - 1,
      Home: 0,
      End: -1,
    };
    const step = steps[event.key];
    if (step !== undefined) all.at(step % all.length)?.focus();
    else if (event.key === 'Escape') onClose(true);
    // Links react to Enter only; menus also to Space.
    else if (event.key === ' ' && !isTyping(event)) all[at]?.click();
    else if (event.key.length === 1) nameStartingWith(all, at, type(event))?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isTyping = ({ timeStamp }: KeyboardEvent) =>
    typed.current.text !== '' && timeStamp - typed.current.at < typeaheadMs;
  const type = (event: KeyboardEvent) => {
    const text = (isTyping(event) ? typed.current.text : '') + event.key.toLowerCase();
    typed.current = { text, at: event.timeStamp };
    return text;
  };
  // Before the item acts: a dialog it opens must return the focus to the button, not to a removed item.
  const choose = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest('[role="menuitem"]')) onClose(true);
  };
  return (
    <div
      ref={menu}
      id={id}
      popover="manual"
      role="menu"
      className="menu text-13"
      aria-labelledby={`${id}-button`}
      tabIndex={-1}
      onKeyDown={press}
      onClickCapture={choose}
    >
      {children}
    </div>
  );
}

/** Below the button, right-aligned, or left-aligned near the window's edge; above it if there is more room. */
function placeBeside(menu: HTMLElement, trigger: HTMLElement, width: number): void {
  menu.style.width = `${Math.min(width, window.innerWidth - 2 * edge)}px`;
  menu.style.maxHeight = '';
  const at = trigger.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - gap - edge;
  const above = at.top - gap - edge;
  const goesUp = menu.offsetHeight > below && above > below;
  // Items may still arrive: the menu grows away from its button.
  menu.style.maxHeight = `${goesUp ? above : below}px`;
  const inLine = at.right - width >= edge ? at.right - width : at.left;
  const left = Math.max(edge, Math.min(window.innerWidth - edge - width, inLine));
  menu.style.left = `${left}px`;
  menu.style.top = goesUp ? 'auto' : `${at.bottom + gap}px`;
  menu.style.bottom = goesUp ? `${window.innerHeight - at.top + gap}px` : 'auto';
}

/** The next item whose name starts with the text; repeating one letter cycles through all that start with it. */
function nameStartingWith(items: readonly HTMLElement[], at: number, text: string): HTMLElement | undefined {
  const isOneLetter = [...text].every((letter) => letter === text[0]);
  const wanted = isOneLetter ? text[0]! : text;
  const from = isOneLetter ? at + 1 : Math.max(0, at);
  const inOrder = [...items.slice(from), ...items.slice(0, from)];
  return inOrder.find((item) => item.textContent.trim().toLowerCase().startsWith(wanted));
}

/** For links of a router: `<Link {...menuItem} to="…"><MenuWords icon="grid">Work queues</MenuWords></Link>`. */
export const menuItem = { role: 'menuitem', tabIndex: -1, className: 'menu-item line' } as const;

interface MenuWordsProps {
  icon?: IconName | undefined;
  /** At the right edge: a key or another icon. */
  hint?: ReactNode;
  children: ReactNode;
}

/** Content of an item: icon, text, hint. */
export function MenuWords({ icon, hint, children }: MenuWordsProps) {
  return (
    <>
      <span className="menu-icon">{icon !== undefined && <Icon name={icon} />}</span>
      <span className="menu-words grow">{children}</span>
      {hint}
    </>
  );
}

/** An item that acts and closes the menu. */
export function MenuItem({ onSelect, ...words }: MenuWordsProps & { onSelect: () => void }) {
  return (
    <button type="button" {...menuItem} onClick={onSelect}>
      <MenuWords {...words} />
    </button>
  );
}

interface MenuChoiceProps extends Omit<MenuWordsProps, 'icon'> {
  /** A radio item or a checkbox. */
  kind: 'radio' | 'checkbox';
  checked: boolean;
  onSelect: () => void;
}

/** A choice; the menu stays open. */
export function MenuChoice({ kind, checked, onSelect, hint, children }: MenuChoiceProps) {
  return (
    <button
      type="button"
      role={`menuitem${kind}`}
      tabIndex={-1}
      className="menu-item line"
      aria-checked={checked}
      onClick={onSelect}
    >
      <MenuWords icon={checked ? 'picked' : undefined} hint={hint}>
        {children}
      </MenuWords>
    </button>
  );
}

/** Items under a heading. */
export function MenuGroup({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <div id={id} className="menu-title muted">
        {title}
      </div>
      {children}
    </div>
  );
}

export function MenuDivider() {
  return <div role="separator" className="menu-divider" />;
}
