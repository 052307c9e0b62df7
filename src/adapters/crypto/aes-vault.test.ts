import { expect, it } from 'vitest';
import { createAesVault } from './aes-vault.ts';

const secret = 'a secret that is long enough for a test';
const text = new TextEncoder().encode('{"httpPassword":"hunter2"}');

it('opens what it sealed, and seals the same text differently each time', () => {
  const vault = createAesVault(secret);
  const [one, other] = [vault.seal(text), vault.seal(text)];
  expect(Buffer.from(vault.open(one))).toEqual(Buffer.from(text));
  expect(Buffer.from(one)).not.toEqual(Buffer.from(other));
  expect(Buffer.from(one).includes('hunter2')).toBe(false);
});

it('gives back what was never sealed', () => {
  expect(createAesVault(secret).open(text)).toBe(text);
});

it('refuses what was sealed with another key, cut or changed', () => {
  const vault = createAesVault(secret);
  const sealed = vault.seal(text);
  const changed = Buffer.from(sealed);
  changed[changed.length - 1]! ^= 1;
  expect(() => createAesVault(`${secret}!`).open(sealed)).toThrow('encrypted with a different secret key');
  expect(() => vault.open(changed)).toThrow('encrypted with a different secret key');
  expect(() => vault.open(sealed.subarray(0, 34))).toThrow('encrypted with a different secret key');
});

it('signs a text alike each time, and with another key or another text differently', () => {
  const vault = createAesVault(secret);
  expect(vault.sign('a')).toMatch(/^[\w-]{43}$/);
  expect(createAesVault(secret).sign('a')).toBe(vault.sign('a'));
  expect([createAesVault(`${secret}!`).sign('a'), vault.sign('b')]).not.toContain(vault.sign('a'));
});

it('tells keys apart', () => {
  expect(createAesVault(secret).fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(createAesVault(secret).fingerprint).not.toBe(createAesVault(`${secret}!`).fingerprint);
});
