import { keyOf, parseKeys, type Key, type ModifierKey } from '../../../domain/capture/keys.ts';
import type { CdpSession } from '../cdp-connection.ts';

/** Chromium's bits. */
const modifierBits: Record<ModifierKey, number> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };

/** Editing commands that a browser window would send for these keys. */
const commands: Record<string, string> = {
  'Control+a': 'selectAll',
  'Control+z': 'undo',
  'Control+y': 'redo',
};

/** Presses a key, or several with `+` between them. */
export async function pressKeys(session: CdpSession, text: string): Promise<void> {
  const keys = parseKeys(text);
  if (typeof keys === 'string') throw new TypeError(keys);
  let modifiers = 0;
  for (const modifier of keys.modifiers) {
    modifiers |= modifierBits[modifier];
    await send(session, 'rawKeyDown', keyOf(modifier)!, modifiers);
  }
  await strike(session, keys.key, modifiers, keys.modifiers);
  for (const modifier of keys.modifiers.toReversed()) {
    modifiers &= ~modifierBits[modifier];
    await send(session, 'keyUp', keyOf(modifier)!, modifiers);
  }
}

/** Types a text, character by character; those that no key has are inserted. */
export async function typeText(session: CdpSession, text: string): Promise<void> {
  for (const character of text.replaceAll('\r\n', '\n')) {
    const key = keyOf(character);
    if (key === undefined) await session.send('Input.insertText', { text: character });
    else await strike(session, key, 0, []);
  }
}

async function strike(
  session: CdpSession,
  key: Key,
  modifiers: number,
  names: readonly ModifierKey[],
): Promise<void> {
  const isShifted = names.includes('Shift') && key.shifted !== undefined;
  const shown = isShifted ? key.shifted! : key.key;
  // With Control, Alt or Meta, a key types nothing.
  const isCommand = names.some((name) => name !== 'Shift');
  const text = isCommand ? '' : isShifted ? key.shifted! : key.text;
  const command = commands[[...names, key.key.toLowerCase()].join('+')];
  const pressed = { ...key, key: shown };
  await send(session, text === '' ? 'rawKeyDown' : 'keyDown', pressed, modifiers, text, command);
  await send(session, 'keyUp', pressed, modifiers);
}

function send(
  session: CdpSession,
  type: 'keyDown' | 'rawKeyDown' | 'keyUp',
  { key, code, keyCode }: Key,
  modifiers: number,
  text = '',
  command?: string,
): Promise<unknown> {
  return session.send('Input.dispatchKeyEvent', {
    type,
    key,
    code,
    windowsVirtualKeyCode: keyCode,
    modifiers,
    ...(text !== '' && { text, unmodifiedText: text }),
    ...(command !== undefined && { commands: [command] }),
  });
}
