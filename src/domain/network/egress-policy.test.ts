import { describe, expect, it } from 'vitest';
import { createEgressPolicy } from './egress-policy.ts';

const strict = createEgressPolicy({ allowPrivate: false });

describe('connections of a server for others', () => {
  it.each([
    ['93.184.216.34', null],
    ['2606:2800::1', null],
    ['127.0.0.1', 'private'],
    ['10.9.9.9', 'private'],
    ['::ffff:192.168.1.1', 'private'],
    ['64:ff9b::7f00:1', 'private'],
    ['2002:7f00:1::', 'private'],
    ['fd12::1', 'private'],
    ['255.255.255.255', 'private'],
    ['169.254.169.254', 'guarded'],
    ['fd00:ec2::254', 'guarded'],
    ['100.100.100.200', 'guarded'],
    ['no address', 'private'],
  ])('a name that stands for %s: %s', (address, denial) => {
    expect(strict.checkConnection('shop.test', 443, [address])).toBe(denial);
  });

  it('one denied address among several denies all', () => {
    expect(strict.checkConnection('mixed.test', 80, ['93.184.216.34', '10.0.0.1'])).toBe('private');
  });

  it.each([
    [80, null],
    [443, null],
    [1_024, null],
    [65_535, null],
    [22, 'port'],
    [25, 'port'],
    [1_023, 'port'],
  ])('port %i: %s', (port, denial) => {
    expect(strict.checkConnection('shop.test', port, ['93.184.216.34'])).toBe(denial);
  });

  it('names of metadata services are guarded wherever they lead', () => {
    expect(strict.checkConnection('Metadata.Google.Internal.', 80, ['93.184.216.34'])).toBe('guarded');
  });
});

describe('what the operator allows', () => {
  const policy = createEgressPolicy({
    allowPrivate: false,
    allow: ['Staging.corp', '10.2.0.0/16', '169.254.1.1'],
  });

  it.each([
    ['staging.corp', ['10.7.7.7'], 22, null],
    ['staging.corp.', ['127.0.0.1'], 8080, null],
    ['staging.corp', ['169.254.169.254'], 80, 'guarded'],
    ['evil.corp', ['10.7.7.7'], 80, 'private'],
    ['evil.corp', ['10.2.7.7'], 81, null],
    ['169.254.1.1', ['169.254.1.1'], 80, null],
    ['evil.corp', ['169.254.1.2'], 80, 'guarded'],
  ] as const)('%s at %j, port %i: %s', (host, addresses, port, denial) => {
    expect(policy.checkConnection(host, port, addresses)).toBe(denial);
  });
});

it('one person’s machine reaches itself and its network, but no metadata', () => {
  const own = createEgressPolicy({ allowPrivate: true });
  expect(own.checkConnection('localhost', 3_000, ['127.0.0.1'])).toBeNull();
  expect(own.checkConnection('nas.lan', 81, ['192.168.1.9'])).toBeNull();
  expect(own.checkConnection('x.test', 80, ['169.254.169.254'])).toBe('guarded');
});

it('says what is wrong with an entry that is no network', () => {
  expect(() => createEgressPolicy({ allowPrivate: false, allow: ['10.0.0.0/99'] })).toThrow(
    '"10.0.0.0/99" is not a network: write it like 10.2.0.0/16.',
  );
});
