import { describe, expect, it } from 'vitest';
import { nameOf } from './key-name.ts';

const key = (key: string, code: string, shiftKey = false) => nameOf({ key, code, shiftKey });

describe('the name of a key', () => {
  it('is its letter, with Shift only if Shift is held', () => {
    expect(key('J', 'KeyJ')).toBe('j');
    expect(key('J', 'KeyJ', true)).toBe('Shift+J');
    expect(key('п', 'KeyG')).toBe('g');
  });

  it('is that of the place for Shift and a period or comma, whatever they write', () => {
    expect(key('.', 'Period')).toBe('.');
    expect(key('>', 'Period', true), 'US').toBe('Shift+.');
    expect(key(':', 'Period', true), 'German').toBe('Shift+.');
    expect(key(';', 'Comma', true), 'German').toBe('Shift+,');
    expect(key('<', 'Comma', true), 'US').toBe('Shift+,');
  });

  it('is what is written, if that is a key itself: French has the period and the slash with Shift', () => {
    expect(key('.', 'Comma', true)).toBe('.');
    expect(key('/', 'Period', true)).toBe('/');
    expect(key('?', 'Slash', true)).toBe('?');
  });
});
