import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSmtpMailer } from '../../src/adapters/mail/smtp-mailer.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { operations } from '../../src/contract/operations.ts';
import { deliverMails } from '../../src/services/mail/deliver-mails.ts';
import { offerSetUp } from '../../src/services/people/set-up.ts';
import { startMailSink } from '../support/mail-sink.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { basic, startServer, type Key, type TestServer } from './support/server.ts';
import { Visitor } from './support/visitor.ts';

const roles = [
  'anonymous',
  'stranger',
  'viewer',
  'reviewer',
  'admin',
  'superuser',
  'key of build A',
  'key of build B',
  'worker key',
  'superuser key',
] as const;
type Role = (typeof roles)[number];

/** Not signed in: 401. Not theirs: as if it was not there. Theirs, but not for them: 403. Of a worker: 409. */
type Outcome = 'allowed' | 'unauthenticated' | 'hidden' | 'refused' | 'only through a task';

const everybody = (outcome: Outcome) =>
  Object.fromEntries(roles.map((role) => [role, outcome])) as Record<Role, Outcome>;

/** What the access of an operation about build A means for each role. */
const rules: Record<Operation['access'], Record<Role, Outcome>> = {
  open: everybody('allowed'),
  read: {
    ...everybody('allowed'),
    anonymous: 'unauthenticated',
    stranger: 'hidden',
    'key of build B': 'hidden',
    'worker key': 'hidden',
  },
  build: {
    ...everybody('allowed'),
    anonymous: 'unauthenticated',
    stranger: 'hidden',
    viewer: 'refused',
    'key of build B': 'hidden',
    'worker key': 'hidden',
  },
  manage: {
    ...everybody('refused'),
    anonymous: 'unauthenticated',
    stranger: 'hidden',
    admin: 'allowed',
    superuser: 'allowed',
    'superuser key': 'allowed',
    'key of build B': 'hidden',
    'worker key': 'hidden',
  },
  worker: {
    ...everybody('refused'),
    anonymous: 'unauthenticated',
    superuser: 'allowed',
    'worker key': 'allowed',
    'superuser key': 'allowed',
  },
  superuser: {
    ...everybody('refused'),
    anonymous: 'unauthenticated',
    superuser: 'allowed',
    'superuser key': 'allowed',
  },
};

const throughTask = { 'worker key': 'only through a task' } as const;
const aboutTheCaller: Record<Role, Outcome> = { ...everybody('allowed'), anonymous: 'unauthenticated' };

const outside = {
  anonymous: 'unauthenticated',
  stranger: 'hidden',
  'key of build B': 'hidden',
  'worker key': 'hidden',
} as const;

/** What is about no build, or reached through the task that a worker holds. */
const exceptions: Record<string, Partial<Record<Role, Outcome>>> = {
  upload: throughTask,
  report_run: throughTask,
  download: throughTask,
  image_overview: throughTask,
  image_strip: throughTask,
  // Public builds are visible to everyone.
  list_builds: everybody('allowed'),
  create_build: {
    viewer: 'allowed',
    stranger: 'allowed',
    'key of build A': 'refused',
    'key of build B': 'refused',
    'worker key': 'refused',
  },
  // The admin, whose turn is earlier, deletes or restores it: it is not there for the next one.
  delete_build: { superuser: 'hidden', 'superuser key': 'hidden' },
  restore_build: { superuser: 'hidden', 'superuser key': 'hidden' },
  // Lists only what the caller can restore.
  list_deleted_builds: aboutTheCaller,
  // Lists only what the caller is asked for.
  list_review_requests: aboutTheCaller,
  // Viewers are members, too. The comment is the viewer's: theirs is the first turn that may write one.
  list_comments: { viewer: 'allowed' },
  add_comment: { viewer: 'allowed' },
  resolve_comment: { viewer: 'allowed' },
  edit_comment: { ...everybody('refused'), ...outside, viewer: 'allowed' },
  delete_comment: { viewer: 'allowed', reviewer: 'refused', 'key of build A': 'refused' },
  update_account: aboutTheCaller,
  // Only members of the build; superusers need not be.
  choose_build_mail: { ...aboutTheCaller, stranger: 'hidden', superuser: 'hidden' },
  change_password: aboutTheCaller,
  describe_account: aboutTheCaller,
  end_session: aboutTheCaller,
  answer_invitation: aboutTheCaller,
  // There is no such provider, and strangers are not told what there is.
  sign_in_with: { anonymous: 'unauthenticated' },
};

let server: TestServer;
const headersOf = new Map<Role, Record<string, string>>([['anonymous', {}]]);

beforeAll(async () => {
  server = await startServer({ logins: {} });
  const sink = await startMailSink({ closes: 'by hand' });
  const password = 'correct horse battery';
  const signedIn = (visitor: Visitor) => ({
    cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    'x-csrf-token': visitor.csrfToken!,
  });
  const ada = new Visitor(server);
  const token = await offerSetUp(server.core);
  await ada.call('POST', '/api/v1/set_up', { token, name: 'Ada', email: 'ada@example.org', password });
  await ada.session();
  headersOf.set('superuser', signedIn(ada));
  const mailer = createSmtpMailer({ smtpUrl: sink.url, from: 'dpxdt@example.org' });
  for (const [role, buildId, name] of [
    ['viewer', server.buildA, 'viewer'],
    ['reviewer', server.buildA, 'reviewer'],
    ['admin', server.buildA, 'admin'],
    ['admin', server.buildB, 'stranger'],
  ] as const) {
    const email = `${name}@example.org`;
    await ada.call('POST', `/api/v1/builds/${buildId}/members`, { email, role });
    await deliverMails(server.core, { mailer, images: null as never });
    const [mail] = sink.mails.splice(0);
    const link = new URL(/https:\/\/\S+#\S+/.exec(mail!.text ?? '')![0]);
    const person = new Visitor(server);
    await person.call('POST', '/api/v1/invitation/accept', { token: link.hash.slice(1), name, password });
    await person.session();
    headersOf.set(name, signedIn(person));
  }
  await mailer.close();
  await sink.close();
  const client = server.client();
  const worker = await client.createSuperuserKey({ purpose: 'worker', worker: true });
  const keys: [Role, Key][] = [
    ['key of build A', server.keyA],
    ['key of build B', server.keyB],
    ['superuser key', server.superKey],
    ['worker key', { keyId: worker.key.id, keySecret: worker.secret }],
  ];
  for (const [role, key] of keys) headersOf.set(role, basic(key));
  for (const buildId of [server.buildA, server.buildB])
    await client.createRelease({ buildId, releaseName: 'r' });
});
afterAll(() => server.close());

async function outcomeOf(operation: Operation, role: Role): Promise<string> {
  const parameters = validParameters(server, operation);
  const inPath = new Map(parameters.map(([name, value]) => [name, String(value)]));
  const path = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) => inPath.get(name)!);
  const others = parameters.filter(([name]) => !operation.path.includes(`{${name}}`));
  const query = new URLSearchParams(others.map(([name, value]) => [name, String(value)]));
  const isGet = operation.method === 'GET';
  const gone = new AbortController();
  const response = await fetch(server.url + path + (isGet ? `?${query.toString()}` : ''), {
    method: operation.method,
    headers: headersOf.get(role)!,
    signal: gone.signal,
    ...(!isGet && { body: operation.takesFile ? withFile(query) : query }),
  });
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const body = isJson ? ((await response.json()) as { code?: string; details?: { parameter?: string } }) : {};
  gone.abort();
  const isHidden =
    response.status === 404 && ['build_id', 'release_id'].includes(body.details?.parameter ?? '');
  if (response.status === 401) return 'unauthenticated';
  if (isHidden) return 'hidden';
  if (body.code === 'lease_lost' && role === 'worker key') return 'only through a task';
  // Wrong passwords and tokens are what signing in is about.
  if (response.status === 403 && operation.access === 'open') return 'allowed';
  if (response.status === 403) return body.code === 'role_required' ? 'refused' : `403 ${body.code}`;
  return response.status < 500 ? 'allowed' : `${response.status} ${body.code}`;
}

function withFile(fields: URLSearchParams): FormData {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  form.append('file', new Blob(['x']), 'a.txt');
  return form;
}

describe('every operation, for every role', () => {
  // What ends a session or a key of the test comes last.
  const last = ['end_session', 'make_superuser', 'revoke_any_key', 'sign_out'];
  const ordered = allOperations.toSorted((a, b) => last.indexOf(a.name) - last.indexOf(b.name));

  it('is taken from the table of operations', () => {
    const names = ordered.map(({ name }) => name);
    for (const name of ['review_run', 'review_runs', 'review_release', 'find_artifacts', 'revoke_key'])
      expect(names).toContain(name);
    expect(names.length).toBe(allOperations.length);
    expect(Object.keys(exceptions).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(ordered.map((operation) => [operation.name, operation] as const))('%s', async (name, operation) => {
    const expected = { ...rules[operation.access], ...exceptions[name] };
    const found: Record<string, string> = {};
    for (const role of roles) found[role] = await outcomeOf(operation, role);
    expect(found).toEqual(expected);
  });
});

it('a key is revoked only where it belongs: of another build it is not there, for whoever may manage both', async () => {
  const client = server.client();
  const { key } = await client.createKey({ buildId: server.buildB, purpose: 'of B' });
  const operation = operations.revokeKey;
  expect(operation.path).toContain('{build_id}');
  await expect(client.revokeKey({ buildId: server.buildA, keyId: key.id })).rejects.toMatchObject({
    code: 'not_found',
    details: { parameter: 'key_id' },
  });
  const superuserKey = await client.createSuperuserKey({ purpose: 'of no build' });
  await expect(
    client.revokeKey({ buildId: server.buildA, keyId: superuserKey.key.id }),
  ).rejects.toMatchObject({ code: 'not_found' });
  const { keys } = await client.listKeys({ buildId: server.buildB });
  expect(keys.find(({ id }) => id === key.id)!.revokedAt).toBeNull();
  expect((await client.revokeKey({ buildId: server.buildB, keyId: key.id })).key.revokedAt).not.toBeNull();
});
