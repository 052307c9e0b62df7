import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations } from '../../src/contract/operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { hostileNames, hostileStrings, refusedNames } from '../support/hostile-strings.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

/** The parameters of an operation that are free text. */
function textParameters(operation: Operation): string[] {
  const { properties = {} } = z.toJSONSchema(operation.parameters, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([name, schema]) => {
    const { type, pattern, enum: words } = schema as { type?: unknown; pattern?: string; enum?: unknown };
    const isText = [type].flat().includes('string') && pattern === undefined && words === undefined;
    return isText ? [name] : [];
  });
}

/** Those that a parser, a database or a header could trip over. */
const worst = [
  ...refusedNames,
  ...hostileNames.filter(({ what }) => /SQL|wild|is a script|Object|upwards|beyond|255/.test(what)),
];

describe.each(storeKinds)('hostile strings on %s', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(kind === 'postgres' ? { databaseUrl: await createPostgresDatabase() } : {});
    await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
  });
  afterAll(() => server.close());

  it('T12, T39: as any text of any operation are taken or refused by name, never an error of the server', async () => {
    let calls = 0;
    for (const operation of allOperations.filter(({ name }) => name !== 'watch_release')) {
      const file = operation.takesFile ? { name: '"\r\n../../x.txt', bytes: 'x' } : undefined;
      for (const parameter of textParameters(operation)) {
        for (const { what, text } of worst) {
          if (operation.path.includes(`{${parameter}}`) && !text.isWellFormed()) continue;
          // What confirms the deletion of a release is its name again.
          const again =
            operation.name === 'delete_release' && parameter === 'release_name' ? ['confirm'] : [];
          const others = validParameters(server, operation).filter(
            ([name]) => name !== parameter && !again.includes(name),
          );
          for (const name of again) others.push([name, text]);
          if (operation.name === 'request_run' && parameter === 'ref_url') others.push(['ref_config', '{}']);
          const answer = await send(server, operation, [...others, [parameter, text]], {
            encoding: 'json',
            file,
          });
          const where = `${operation.name}.${parameter}, ${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
          expect(answer.status, where).toBeLessThan(500);
          if (answer.status === 400) expect(answer.body['details'], where).toMatchObject({ parameter });
          // An earlier call gave the build this name.
          if (operation.name === 'delete_build' && answer.status === 200)
            await server.client().restoreBuild({ buildId: server.buildA });
          calls++;
        }
      }
    }
    expect(calls).toBeGreaterThan(800);
    expect(({} as Record<string, unknown>)['hacked']).toBeUndefined();
  }, 180_000);

  it('as names come back without a changed character', async () => {
    const client = server.client();
    const { build } = await client.createBuild({ name: 'hostile' });
    for (const { what, text } of hostileNames) {
      const created = await client.createRelease({ buildId: build.id, releaseName: text, branch: text });
      const release = { buildId: build.id, releaseName: text, releaseNumber: created.releaseNumber };
      const url = `https://shop.test/?q=${encodeURIComponent(text)}`.slice(0, 2_048);
      await client.reportRun({ ...release, runName: text, url, runFailed: `It is ${text}.` });
      await client.updateBuild({ buildId: build.id, name: text });
      const { key } = await client.createKey({ buildId: build.id, purpose: text });
      const detail = await client.runDetail({ ...release, runName: text });
      expect(
        {
          build: detail.build.name,
          release: [detail.release.name, detail.release.branch],
          run: [detail.run.name, detail.run.current.url, detail.run.current.failure?.message],
          key: key.purpose,
        },
        what,
      ).toEqual({ build: text, release: [text, text], run: [text, url, `It is ${text}.`], key: text });
      const { releases } = await client.listReleases({ buildId: build.id, search: text });
      expect(
        releases.map(({ release: found }) => found.name),
        what,
      ).toContain(text);
      if (what.startsWith('wild cards')) expect(releases).toHaveLength(1);
    }
    const { activity } = await client.listActivity({ buildId: build.id, kind: 'key_created', pageSize: 200 });
    expect(activity.map(({ detail }) => detail['purpose']).toSorted()).toEqual(
      hostileNames.map(({ text }) => text).toSorted(),
    );
  });

  it.each(refusedNames)('as names are refused: $what', async ({ text }) => {
    for (const [operation, parameter] of [
      [operations.createRelease, 'release_name'],
      [operations.reportRun, 'run_name'],
      [operations.requestRun, 'run_name'],
    ] as const) {
      const others = validParameters(server, operation).filter(([name]) => name !== parameter);
      const answer = await send(server, operation, [...others, [parameter, text]], { encoding: 'json' });
      expect(answer).toMatchObject({ status: 400, body: { code: 'name_invalid', details: { parameter } } });
    }
  });

  it('as addresses of pages are kept as they are, or refused by name', async () => {
    await server.client().createRelease({ buildId: server.buildA, releaseName: 'addresses' });
    for (const { what, text } of hostileStrings) {
      const url = `https://shop.example/${text}`;
      const parameters = validParameters(server, operations.requestRun)
        .filter(([name]) => name !== 'url')
        .map(
          ([name, value]) =>
            (name === 'release_name' ? [name, 'addresses'] : [name, value]) as [string, string],
        );
      const answer = await send(
        server,
        operations.requestRun,
        [...parameters, ['url', url], ['run_name', what]],
        {
          encoding: 'json',
        },
      );
      if (answer.status === 200) expect(answer.body['url'], what).toBe(url);
      else expect(answer, what).toMatchObject({ status: 400, body: { details: { parameter: 'url' } } });
    }
  });

  it('T41, T47: as a log and as its file name go out byte for byte, in headers of our own', async () => {
    const client = server.client();
    const bytes = Buffer.concat([
      Buffer.from(hostileStrings.map(({ text }) => text).join('\n')),
      Buffer.from([0, 27, 0x5b, 0x33, 0xff, 0xfe, 0xc3, 0x28]),
    ]);
    for (const { text } of hostileStrings) {
      const { sha1sum } = await client.upload({
        buildId: server.buildA,
        content: new Uint8Array(bytes),
        fileName: text.toWellFormed(),
      });
      const download = await client.download({ buildId: server.buildA, sha1sum });
      expect(Buffer.from(await download.bytes())).toEqual(bytes);
      expect(download.contentType).toBe('application/octet-stream');
    }
    const { headers } = await send(server, operations.download, [
      ['build_id', server.buildA],
      [
        'sha1sum',
        (await client.upload({ buildId: server.buildA, content: new Uint8Array(bytes), fileName: 'x' }))
          .sha1sum,
      ],
    ]);
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[0-9a-f]{40}\.bin"$/);
    expect(headers.get('set-cookie')).toBeNull();
  });
});
