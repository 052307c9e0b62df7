import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestRun } from '../../src/contract/original/request-run.ts';
import { operations } from '../../src/contract/operations.ts';
import { encodings, send, type Sent } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
});
afterAll(() => server.close());

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

describe.skipIf(spawnSync('curl', ['--version']).status !== 0)('curl', () => {
  it('gets the same answers from a form and from a multipart body, and uploads a file', async () => {
    const user = `${server.keyA.keyId}:${server.keyA.keySecret}`;
    const curl = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)('curl', ['-sS', '-u', user, ...args]);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const build = `build_id=${server.buildA}`;
    const created = [];
    for (const flag of ['-F', '-d', '--data-urlencode']) {
      created.push(await curl(flag, build, flag, 'release_name=by curl', `${server.url}/api/create_release`));
    }
    expect(created.map(({ release_number: number }) => number)).toEqual([1, 2, 3]);
    const uploaded = await curl(
      '-F',
      `file=@${import.meta.filename}`,
      '-F',
      build,
      `${server.url}/api/upload`,
    );
    expect(uploaded).toMatchObject({ success: true, content_type: 'text/plain' });
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
    const list = await server
      .client()
      .listRuns({ buildId: server.buildA, releaseName: name, releaseNumber: 1 });
    expect(list.release.name).toBe(name);
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
    const reason = '{"reason":"http_status","message":"The page returned status 500.","http_status":500}';
    await report([
      ['run_name', 'f4'],
      ['run_failed', 'yes'],
      ['failure', reason],
    ]);
    expect((await failureOf('f4')).failure).toEqual({
      reason: 'http_status',
      message: 'The page returned status 500.',
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
