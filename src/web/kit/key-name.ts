/** Keys that must not repeat while held down. */
const noRepeat = new Set(['y', 'n', 'e', 'f', 'b']);

/**
 * The name of a pressed key, or null if it must be ignored: in a text field, a menu or a dialog, while composing, with
 * Ctrl, Alt or ⌘; only undo is `Ctrl+Z`, and the palette `Ctrl+K`.
 * Letters are matched case-insensitively; on non-Latin layouts, by the key's position on the keyboard.
 */
export function keyName(event: KeyboardEvent): string | null {
  if (event.isComposing || event.altKey || event.defaultPrevented) return null;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const name = event.ctrlKey || event.metaKey ? commandOf(event) : nameOf(event);
  if (name === null || goesElsewhere(name, target)) return null;
  if (target?.closest('[role="menu"]')) return null;
  if (event.repeat && noRepeat.has(name)) return null;
  if ((name === 'Space' || name === 'Enter') && target?.closest('button, a, input, summary, select'))
    return null;
  return name;
}

/** Whether a key belongs to the text field that has the focus, or to an open dialog. */
export function goesElsewhere(name: string, focused: Element | null): boolean {
  if (focused !== null && isTextField(focused) && name !== 'Escape' && name !== 'Ctrl+K') return true;
  return document.querySelector('dialog[open]') !== null;
}

function commandOf(event: KeyboardEvent): string | null {
  if (event.shiftKey) return null;
  const letter = nameOf(event);
  if (letter === 'k') return 'Ctrl+K';
  return letter === 'z' ? 'Ctrl+Z' : null;
}

/** Keys that mean something themselves, on some layouts with Shift. */
const written = new Set(['.', ',', '/', '?']);
const punctuation: Readonly<Record<string, string>> = { Period: '.', Comma: ',' };

/** The name of a key without a command: `j`, `Shift+J`, `Space`; `Shift+.` by its position, whatever it writes. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (event.key === ' ') return event.shiftKey ? 'Shift+Space' : 'Space';
  if (event.key.startsWith('Arrow')) return event.shiftKey ? `Shift+${event.key}` : event.key;
  const latin = /^[a-z]$/i.test(event.key);
  const physical = /^Key([A-Z])$/.exec(event.code)?.[1];
  const letter = latin
    ? event.key.toLowerCase()
    : /^\p{Letter}$/u.test(event.key) && physical !== undefined
      ? physical.toLowerCase()
      : null;
  if (letter !== null) return event.shiftKey ? `Shift+${letter.toUpperCase()}` : letter;
  const mark = punctuation[event.code];
  if (event.shiftKey && mark !== undefined && !written.has(event.key)) return `Shift+${mark}`;
  return event.key;
}

function isTextField(element: Element): boolean {
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type);
}
