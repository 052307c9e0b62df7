import { describe, expect, it } from 'vitest';
import { createCaptureTargetCheck } from './capture-targets.ts';

const inside = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://0/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://2130706433/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[fc00::1]/',
  'http:/\\127.0.0.1/',
  'http://localhost/',
  'http://LOCALHOST:8080/',
  'http://a.localhost/',
  'http://localhost./',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://172.31.255.255/',
  'http://100.64.0.1/',
  'http://224.0.0.1/',
];
const guarded = [
  'http://169.254.169.254/latest/meta-data/',
  'http://[::ffff:169.254.169.254]/',
  'http://100.100.100.200/',
  'http://192.0.0.192/',
  'http://[fd00:ec2::254]/',
  'http://metadata.google.internal/',
  'http://METADATA.google.internal./',
];
const outside = [
  'https://example.com/',
  'http://93.184.216.34:8080/',
  'http://172.32.0.1/',
  'https://[2606:2800::1]/',
];

describe('a server for others', () => {
  const check = createCaptureTargetCheck({ allowPrivate: false });

  it.each([...inside, ...guarded, 'http://example.com:22/', 'http://example.com:25/'])(
    'refuses %s',
    (url) => {
      expect(() => check('url', url)).toThrow(
        expect.objectContaining({ code: 'url_target_forbidden' }) as Error,
      );
    },
  );

  it.each(outside)('takes %s', (url) => {
    expect(() => check('url', url)).not.toThrow();
  });
});

describe('what the operator allows', () => {
  const check = createCaptureTargetCheck({
    allowPrivate: false,
    allow: ['staging.localhost', '10.2.0.0/16', '169.254.1.1'],
  });

  it('is allowed, and nothing beside it', () => {
    for (const url of ['http://staging.localhost/', 'http://10.2.3.4:81/', 'http://169.254.1.1/']) {
      expect(() => check('url', url)).not.toThrow();
    }
    for (const url of ['http://10.3.0.1/', 'http://localhost/', 'http://169.254.169.254/']) {
      expect(() => check('url', url)).toThrow();
    }
  });

  it('is never a metadata address by a wide network', () => {
    const wide = createCaptureTargetCheck({ allowPrivate: false, allow: ['0.0.0.0/0', '::/0'] });
    for (const url of guarded) expect(() => wide('url', url)).toThrow();
    expect(() => wide('url', 'http://10.0.0.1/')).not.toThrow();
  });

  it.each(['10.2.0.0/33', 'x/8', '10.0.0.0/', '10.0.0.0/x'])('must be a network: %s', (entry) => {
    expect(() => createCaptureTargetCheck({ allowPrivate: false, allow: [entry] })).toThrow(
      'is not a network',
    );
  });
});

describe("a machine's own server", () => {
  const check = createCaptureTargetCheck({ allowPrivate: true });

  it('takes private addresses and refuses metadata', () => {
    for (const url of inside) expect(() => check('url', url)).not.toThrow();
    for (const url of guarded) expect(() => check('url', url)).toThrow();
  });
});
