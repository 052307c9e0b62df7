import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestRun } from '../../src/contract/original/request-run.ts';
import { send, type Sent } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
});
afterAll(() => server.close());

function request(extra: Sent): Sent {
  const given = new Map(extra);
  const rest: Sent = [
    ['build_id', server.buildA],
    ['release_name', 'r'],
    ['release_number', 1],
    ['url', 'https://site.example/'],
  ];
  return [...rest.filter(([name]) => !given.has(name)), ...extra];
}

describe('D17: what cannot be captured', () => {
  const schemes = [
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    ' file:///etc/passwd',
    'view-source:file:///etc/passwd',
    'chrome://version',
    'devtools://devtools',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://a/b',
    'filesystem:https://a/b',
    'about:blank',
    'ftp://a/b',
  ];

  it.each(schemes)('%s', async (url) => {
    for (const extra of [
      [['url', url]],
      [
        ['ref_url', url],
        ['ref_config', '{}'],
      ],
      [['config', JSON.stringify({ targetUrl: url })]],
      [
        ['ref_url', 'https://a/'],
        ['ref_config', JSON.stringify({ targetUrl: url })],
      ],
    ] as Sent[]) {
      const { status, body } = await send(server, requestRun, request(extra));
      expect({ status, code: body['code'] }, JSON.stringify(body)).toEqual({
        status: 400,
        code: 'url_not_allowed',
      });
    }
  });

  it.each(['https://user:secret@site.example/', 'https://user@site.example/'])('%s', async (url) => {
    const { status, body } = await send(server, requestRun, request([['url', url]]));
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'url_not_allowed' });
    expect(JSON.stringify(server.log)).not.toContain('secret@');
  });

  it.each(['', 'no url', '//site.example/', '/path', 'https://', `https://a/${'x'.repeat(2_048)}`])(
    'no URL: %.30s',
    async (url) => {
      const { status, body } = await send(server, requestRun, request([['url', url]]));
      expect(status).toBe(400);
      expect(body['details']).toMatchObject({ parameter: 'url' });
    },
  );
});

describe('what this server may not reach', () => {
  it.each(['http://127.0.0.1:5000/', 'http://10.0.0.1/', 'http://169.254.169.254/', 'http://2130706433/'])(
    '%s is refused at once, without a word about what is there',
    async (url) => {
      for (const extra of [
        [['url', url]],
        [
          ['ref_url', url],
          ['ref_config', '{}'],
        ],
      ] as Sent[]) {
        const { status, body } = await send(server, requestRun, request(extra));
        expect(status).toBe(403);
        expect(body['code']).toBe('url_target_forbidden');
      }
    },
  );
});

describe('configs', () => {
  it.each([
    ['an unknown key', '{"viewportSizes":{}}', 'config_invalid', 'viewportSize'],
    ['a setup script', '{"setup":"rm -rf /"}', 'config_invalid', 'setup'],
    ['waitFor', '{"waitFor":{"url":"http://a/"}}', 'config_invalid', 'waitFor'],
    ['__proto__', '{"__proto__":{"polluted":true}}', 'config_invalid', '__proto__'],
    ['constructor', '{"constructor":{"prototype":{"polluted":true}}}', 'config_invalid', 'constructor'],
    ['look-ahead', '{"resourcesToIgnore":["(?=a)"]}', 'config_invalid', 'look-ahead'],
    ['a back baseline', '{"resourcesToIgnore":["(a)\\\\1"]}', 'config_invalid', 'resourcesToIgnore'],
    [
      'too many patterns',
      JSON.stringify({ resourcesToIgnore: Array(101).fill('a') }),
      'config_invalid',
      'resourcesToIgnore',
    ],
    [
      'a pattern that is too long',
      JSON.stringify({ resourcesToIgnore: ['a'.repeat(2_000)] }),
      'config_invalid',
      '1024',
    ],
    ['a depth of 100,000', '['.repeat(100_000), 'invalid_argument', 'nested'],
    ['a number', '5', 'config_invalid', 'object'],
  ])('with %s are refused', async (_what, config, code, says) => {
    for (const extra of [
      [['config', config]],
      [
        ['ref_url', 'https://a/'],
        ['ref_config', config],
      ],
    ] as Sent[]) {
      const { status, body } = await send(server, requestRun, request(extra));
      expect({ status, code: body['code'] }, JSON.stringify(body)).toEqual({ status: 400, code });
      expect(body['error']).toContain(says);
      expect(['config', 'ref_config']).toContain((body['details'] as { parameter: string }).parameter);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('with nested quantifiers are fine: patterns run in linear time', async () => {
    const { status } = await send(
      server,
      requestRun,
      request([['config', '{"resourcesToIgnore":["(a+)+$"]}']]),
    );
    expect(status).toBe(200);
  });

  it('come as JSON text in a form and as an object in JSON, with one result', async () => {
    const config = { viewportSize: { width: 700, height: 500 }, injectCss: 'p { color: red }' };
    const asText = await send(
      server,
      requestRun,
      request([
        ['run_name', 'n'],
        ['config', JSON.stringify(config)],
      ]),
    );
    const asObject = await send(
      server,
      requestRun,
      request([
        ['run_name', 'n'],
        ['config', config as never],
      ]),
      {
        encoding: 'json',
      },
    );
    expect(asText.status).toBe(200);
    expect(asObject.body).toEqual(asText.body);
  });

  it('of the baseline come with its URL or not at all', async () => {
    for (const extra of [[['ref_url', 'https://a/']], [['ref_config', '{}']]] as Sent[]) {
      expect((await send(server, requestRun, request(extra))).status).toBe(400);
    }
  });
});
