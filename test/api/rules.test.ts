import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestRun } from '../../src/contract/request-run.ts';
import { operations } from '../../src/contract/operations.ts';
import { encodings, send, type Sent } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

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

describe("the README's example", () => {
  it('works as it is written, with the file uploaded first', async () => {
    const client = server.client(server.keyA);
    await client.createRelease({ buildId: server.buildA, releaseName: '2013-06-16 17:35:03.327710' });
    const { sha1sum } = await client.upload({
      buildId: server.buildA,
      content: new TextEncoder().encode('the log'),
      fileName: 'log.txt',
    });
    const form = new FormData();
    form.append('build_id', String(server.buildA));
    form.append('run_name', '/static/dummy/dummy_page1.html');
    form.append('release_number', '1');
    form.append('log', sha1sum);
    form.append('release_name', '2013-06-16 17:35:03.327710');
    const post = () =>
      fetch(`${server.url}/api/report_run`, { method: 'POST', headers: basic(server.keyA), body: form });
    const response = await post();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ success: true });
    form.set('log', '906d3259c103f6fcba4e8164a4dc3ae0d1a685d9');
    expect((await post()).status).toBe(404);
  });
});

describe('create_release', () => {
  it('answers the same to a form, a multipart body and JSON, with numbers as numbers', async () => {
    const answers = [];
    for (const encoding of encodings) {
      const parameters: Sent = [
        ['build_id', server.buildA],
        ['release_name', 'same'],
        ['url', ''],
      ];
      answers.push((await send(server, operations.createRelease, parameters, { encoding })).body);
    }
    expect(answers).toEqual(
      [1, 2, 3].map((number) => ({
        success: true,
        build_id: server.buildA,
        release_name: 'same',
        release_number: number,
        url: null,
      })),
    );
  });

  it.each([
    '../../etc/passwd',
    '..\\..\\x',
    '/absolute',
    '<img src=x onerror=alert(1)>',
    'ünïcödé 🎉',
    "' or 1=1 --",
  ])('keeps the name %j as it is', async (name) => {
    const { status, body } = await send(server, operations.createRelease, [
      ['build_id', server.buildA],
      ['release_name', name],
    ]);
    expect(status).toBe(200);
    expect(body['release_name']).toBe(name);
    const page = new URLSearchParams({ id: String(server.buildA), name, number: '1' });
    const shown = await fetch(`${server.url}/release?${page.toString()}`, { headers: basic(server.keyA) });
    expect(shown.status).toBe(200);
    expect(await shown.text()).not.toContain('<img');
  });

  it.each(['with\0nul', 'line\nbreak', 'a\rb', '\u001b[31m', 'x'.repeat(256), 'x'.repeat(10_000), '\ud800'])(
    'refuses the name %j',
    async (name) => {
      const { status, body } = await send(
        server,
        operations.createRelease,
        [
          ['build_id', server.buildA],
          ['release_name', name],
        ],
        { encoding: 'json' },
      );
      expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'name_invalid' });
    },
  );

  it('counts characters, not bytes', async () => {
    const name = '🎉'.repeat(255);
    const { status } = await send(server, operations.createRelease, [
      ['build_id', server.buildA],
      ['release_name', name],
    ]);
    expect(status).toBe(200);
  });
});

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
        expect(body['details']).toMatchObject({ reason: 'url_target_forbidden' });
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
    ['a back reference', '{"resourcesToIgnore":["(a)\\\\1"]}', 'config_invalid', 'resourcesToIgnore'],
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

  it('of the reference come with its URL or not at all', async () => {
    for (const extra of [[['ref_url', 'https://a/']], [['ref_config', '{}']]] as Sent[]) {
      expect((await send(server, requestRun, request(extra))).status).toBe(400);
    }
  });
});

describe('D29: a release that was marked good', () => {
  it('refuses what workers and clients still send, and stays the baseline', async () => {
    const client = server.client(server.keyA);
    const buildId = server.buildA;
    const upload = async (text: string) =>
      (await client.upload({ buildId, content: new TextEncoder().encode(text), fileName: 'x' })).sha1sum;
    const image = await upload('baseline');
    const other = await upload('another');
    await client.createRelease({ buildId, releaseName: 'decided' });
    const release = { buildId, releaseName: 'decided', releaseNumber: 1 };
    await client.reportRun({ ...release, runName: '/', image });
    await client.runsDone(release);
    await client.reviewRelease({ ...release, decision: 'good' });
    const before = await client.findRun({ buildId, runName: '/' });

    const fields: Sent = [
      ['build_id', buildId],
      ['release_name', 'decided'],
      ['release_number', 1],
    ];
    const refused = [
      await send(server, operations.reportRun, [...fields, ['run_name', '/'], ['image', other]]),
      await send(server, operations.reportRun, [...fields, ['run_name', '/new'], ['image', other]]),
      await send(server, operations.runsDone, fields),
      await send(server, requestRun, [...fields, ['url', 'https://site.example/']]),
    ];
    expect(refused.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    const repeat = await send(server, operations.reportRun, [...fields, ['run_name', '/'], ['image', image]]);
    expect(repeat.status).toBe(200);
    expect(await client.findRun({ buildId, runName: '/' })).toEqual(before);
  });
});

describe('report_run', () => {
  const report = (extra: Sent) =>
    send(server, operations.reportRun, [
      ['build_id', server.buildA],
      ['release_name', 'r'],
      ['release_number', 1],
      ...extra,
    ]);
  const failureOf = async (runName: string) => {
    const detail = await server.client().runDetail({
      buildId: server.buildA,
      releaseName: 'r',
      releaseNumber: 1,
      runName,
    });
    return { status: detail.run.status, failure: detail.run.current.failure };
  };

  it('takes any text as a failure, keeps a sentence as its reason, and an empty one as none', async () => {
    await report([
      ['run_name', 'f1'],
      ['run_failed', 'yes'],
    ]);
    expect(await failureOf('f1')).toMatchObject({ status: 'failed', failure: { reason: 'reported' } });
    await report([
      ['run_name', 'f2'],
      ['run_failed', 'The tunnel was closed.'],
    ]);
    expect((await failureOf('f2')).failure?.message).toBe('The tunnel was closed.');
    await report([
      ['run_name', 'f3'],
      ['run_failed', ''],
    ]);
    expect((await failureOf('f3')).status).toBe('data_pending');
    const reason =
      '{"reason":"http_status","message":"The page answered with status 500.","http_status":500}';
    await report([
      ['run_name', 'f4'],
      ['run_failed', 'yes'],
      ['failure', reason],
    ]);
    expect((await failureOf('f4')).failure).toEqual({
      reason: 'http_status',
      message: 'The page answered with status 500.',
      httpStatus: 500,
    });
  });

  it('takes JSON false as no failure', async () => {
    const { status } = await send(
      server,
      operations.reportRun,
      [
        ['build_id', server.buildA],
        ['release_name', 'r'],
        ['release_number', 1],
        ['run_name', 'f5'],
        ['run_failed', false],
      ],
      { encoding: 'json' },
    );
    expect(status).toBe(200);
    expect((await failureOf('f5')).status).toBe('data_pending');
  });
});
