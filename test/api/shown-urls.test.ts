import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRelease } from '../../src/contract/original/create-release.ts';
import { reportRun } from '../../src/contract/original/report-run.ts';
import { requestRun } from '../../src/contract/original/request-run.ts';
import { send } from './support/send.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
});
afterAll(() => server.close());

const inRelease: [string, string][] = [
  ['release_name', 'r'],
  ['release_number', '1'],
];
const operations = {
  create_release: { operation: createRelease, others: [['release_name', 'another']] as [string, string][] },
  report_run: { operation: reportRun, others: [...inRelease, ['run_name', '/']] as [string, string][] },
  request_run: { operation: requestRun, others: inRelease },
};
type Name = keyof typeof operations;

const fields: [Name, string][] = [
  ['create_release', 'url'],
  ['create_release', 'ci_url'],
  ['report_run', 'url'],
  ['report_run', 'ref_url'],
  ['request_run', 'url'],
  ['request_run', 'ref_url'],
];
const refused = [
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'file:///etc/passwd',
  'ftp://example.com/',
  'chrome://version',
  'blob:https://example.com/1',
  'view-source:https://example.com/',
  'mailto:a@example.com',
];

function answer(name: Name, field: string, value: string) {
  const { operation, others } = operations[name];
  const url: [string, string][] =
    field === 'ref_url' && name === 'request_run' ? [['url', 'https://example.com/']] : [];
  const config: [string, string][] =
    field === 'ref_url' && name === 'request_run' ? [['ref_config', '{}']] : [];
  const sent: [string, string | number][] = [
    ['build_id', server.buildA],
    ...others,
    ...url,
    ...config,
    [field, value],
  ];
  return send(server, operation, sent, { key: server.keyA });
}

it.each(fields.flatMap(([name, field]) => refused.map((value) => [name, field, value] as const)))(
  'D17: %s %s takes no %s',
  async (name, field, value) => {
    const { status, body } = await answer(name, field, value);
    expect([status, body['code'], body['details']], JSON.stringify(body)).toEqual([
      400,
      'url_not_allowed',
      { parameter: field },
    ]);
  },
);

it.each(fields)('%s %s takes http and https, and no text that is no address', async (name, field) => {
  for (const value of ['https://example.com/a?b#c', 'HTTP://EXAMPLE.COM/']) {
    expect((await answer(name, field, value)).status, value).toBe(200);
  }
  for (const value of ['/path', 'example.com', '//example.com/']) {
    const { status, body } = await answer(name, field, value);
    expect([status, body['details']], value).toEqual([400, { parameter: field }]);
  }
});
