import { describe, expect, it } from 'vitest';
import { isLoopbackHost } from '../domain/network/loopback.ts';
import { decideBinding, loopbackUrl } from './binding.ts';

describe('who may reach a server', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org', false],
  ])('%s is loopback: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });

  it('needs no login on loopback, unless told so', () => {
    const binding = { host: '127.0.0.1', authentication: null, publicUrl: null } as const;
    expect(decideBinding(binding)).toEqual({ isPersonal: true, authentication: 'off', publicUrl: null });
    expect(decideBinding({ ...binding, authentication: 'on' }).authentication).toBe('on');
  });

  it('needs login and a public URL elsewhere', () => {
    const binding = {
      host: '0.0.0.0',
      authentication: null,
      publicUrl: 'https://dpxdt.example.org/',
    } as const;
    expect(decideBinding(binding)).toEqual({
      isPersonal: false,
      authentication: 'on',
      publicUrl: 'https://dpxdt.example.org',
    });
    expect(() => decideBinding({ ...binding, authentication: 'off' })).toThrow('--auth off is only possible');
    expect(() => decideBinding({ ...binding, publicUrl: null })).toThrow('needs --public-url');
  });

  it('is for others, too, when a proxy of this machine brings them', () => {
    const binding = {
      host: '127.0.0.1',
      authentication: null,
      publicUrl: 'https://dpxdt.example.org',
    } as const;
    expect(decideBinding(binding)).toMatchObject({ isPersonal: false, authentication: 'on' });
    expect(() => decideBinding({ ...binding, authentication: 'off' })).toThrow('names another host');
    for (const publicUrl of ['http://localhost:8080', 'http://[::1]:5000', 'http://127.0.0.1']) {
      expect(decideBinding({ ...binding, publicUrl })).toMatchObject({
        isPersonal: true,
        authentication: 'off',
      });
    }
  });

  it.each(['dpxdt.example.org', 'ftp://x', 'https://a:b@x', 'https://x/path', 'https://x/?q', ''])(
    'refuses "%s" as public URL',
    (publicUrl) => {
      expect(() => decideBinding({ host: '::1', authentication: null, publicUrl })).toThrow(
        '--public-url must',
      );
    },
  );

  it.each([
    ['0.0.0.0', 'http://127.0.0.1:5000'],
    ['::', 'http://[::1]:5000'],
    ['10.0.0.1', 'http://10.0.0.1:5000'],
    ['localhost', 'http://localhost:5000'],
  ])('its own worker reaches %s at %s', (host, url) => {
    expect(loopbackUrl(host, 5_000)).toBe(url);
  });
});
