/** Keys by Playwright's names, with what a US keyboard sends for each. */

import { didYouMean } from '../../base/suggest.ts';

export interface Key {
  /** `KeyboardEvent.key` */
  key: string;
  /** `KeyboardEvent.code` */
  code: string;
  keyCode: number;
  /** The text that it types; empty for most named keys. */
  text: string;
  /** With Shift, where that differs. */
  shifted?: string;
}

const modifierKeys = ['Alt', 'Control', 'Meta', 'Shift'] as const;
export type ModifierKey = (typeof modifierKeys)[number];

const named: Record<string, [keyCode: number, text?: string, code?: string]> = {
  Alt: [18, '', 'AltLeft'],
  Control: [17, '', 'ControlLeft'],
  Meta: [91, '', 'MetaLeft'],
  Shift: [16, '', 'ShiftLeft'],
  ArrowDown: [40],
  ArrowLeft: [37],
  ArrowRight: [39],
  ArrowUp: [38],
  Backspace: [8],
  CapsLock: [20],
  ContextMenu: [93],
  Delete: [46],
  End: [35],
  Enter: [13, '\r'],
  Escape: [27],
  Home: [36],
  Insert: [45],
  NumpadEnter: [13, '\r'],
  PageDown: [34],
  PageUp: [33],
  Pause: [19],
  PrintScreen: [44],
  ScrollLock: [145],
  Space: [32, ' '],
  Tab: [9],
  ...Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`F${index + 1}`, [112 + index]])),
};

/** Plain and shifted character, code and key code of the punctuation keys. */
const punctuation: readonly [plain: string, shifted: string, code: string, keyCode: number][] = [
  ['`', '~', 'Backquote', 192],
  ['-', '_', 'Minus', 189],
  ['=', '+', 'Equal', 187],
  ['[', '{', 'BracketLeft', 219],
  [']', '}', 'BracketRight', 221],
  ['\\', '|', 'Backslash', 220],
  [';', ':', 'Semicolon', 186],
  ["'", '"', 'Quote', 222],
  [',', '<', 'Comma', 188],
  ['.', '>', 'Period', 190],
  ['/', '?', 'Slash', 191],
];

const keys = new Map<string, Key>();

function add(name: string, key: Key): void {
  if (!keys.has(name)) keys.set(name, key);
}

for (const [name, [keyCode, text = '', code = name]] of Object.entries(named)) {
  const key = name === 'Space' ? ' ' : name === 'NumpadEnter' ? 'Enter' : name;
  add(name, { key, code, keyCode, text });
  if (code !== name) add(code, { key, code, keyCode, text });
}
add(' ', keys.get('Space')!);
add('\r', keys.get('Enter')!);
add('\n', keys.get('Enter')!);
add('\t', keys.get('Tab')!);
for (let index = 0; index < 26; index++) {
  const upper = String.fromCharCode(65 + index);
  addPair(upper.toLowerCase(), upper, `Key${upper}`, 65 + index);
}
for (let digit = 0; digit < 10; digit++)
  addPair(String(digit), ')!@#$%^&*('[digit]!, `Digit${digit}`, 48 + digit);
for (const [plain, shifted, code, keyCode] of punctuation) addPair(plain, shifted, code, keyCode);

function addPair(plain: string, shifted: string, code: string, keyCode: number): void {
  add(plain, { key: plain, code, keyCode, text: plain, shifted });
  add(shifted, { key: shifted, code, keyCode, text: shifted });
  add(code, { key: plain, code, keyCode, text: plain, shifted });
}

/** The key of a name or character; undefined: no key of a US keyboard. */
export function keyOf(name: string): Key | undefined {
  return keys.get(name);
}

export interface KeyCombination {
  modifiers: ModifierKey[];
  key: Key;
}

/**
 * `Enter`, `a`, `Control+A`, `Shift+Tab`, `Control++`; `ControlOrMeta` is Control.
 *
 * @returns the keys, or the rest of a sentence that says what is wrong
 */
export function parseKeys(text: string): KeyCombination | string {
  const parts = (text.endsWith('++') ? [...text.slice(0, -2).split('+'), '+'] : text.split('+')).map(
    (part) => (part === 'ControlOrMeta' ? 'Control' : part),
  );
  if (text === '+') return { modifiers: [], key: keyOf('+')! };
  const last = parts.pop()!;
  const modifiers: ModifierKey[] = [];
  for (const part of parts) {
    const modifier = modifierKeys.find((one) => one === part);
    if (modifier === undefined)
      return `"${part}" is not a modifier; use ${modifierKeys.slice(0, -1).join(', ')} or Shift.${didYouMean(part, modifierKeys)}`;
    modifiers.push(modifier);
  }
  const key = keyOf(last);
  if (key === undefined)
    return `"${last}" is not a key by Playwright's names.${didYouMean(
      last,
      [...keys.keys()].filter((name) => name.length > 1),
    )}`;
  return { modifiers, key };
}
