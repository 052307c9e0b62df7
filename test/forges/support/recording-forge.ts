/** A forge that takes only the calls it knows, keeps what it was told, and fails as it is asked to. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { ForgeKind } from '../../../src/domain/forges/forge-kinds.ts';
import type { CallRule } from './call-rule.ts';
import {
  appTokenAnswer,
  commentAnswer,
  installationAnswer,
  repositoryAnswer,
  statusAnswer,
  type ToldComment,
  type ToldStatus,
} from './forge-answers.ts';
import { authorization, callRules } from './forge-schemas.ts';

/** What happens to the next call of a kind. `late` and `reset`: it is done, and its answer is lost. */
export interface Fault {
  does?: CallRule['does'];
  what: 'late' | 'reset' | number;
  headers?: Record<string, string>;
  body?: object;
}

export interface Place {
  commit: string;
  pullRequest: number;
}

export interface RecordingForge {
  url: string;
  /** The same forge for other clients: they may name themselves, and what they ask for may differ in its query. */
  othersUrl: string;
  token: string;
  /** Every call that was done, or answered with a fault. */
  calls: { does: CallRule['does']; status: number | 'late' | 'reset'; body: unknown }[];
  /** Everything that it refused because it does not know it: must stay empty. */
  strange: string[];
  /** In the order in which they were set. */
  statuses: ToldStatus[];
  comments: (ToldComment & { isDeleted: boolean })[];
  faults: Fault[];
  /** Fields of the answer about the repository. */
  repository: Record<string, unknown>;
  /** Where every call is sent on to. */
  redirect: string | null;
  /** Headers of that answer. */
  repositoryHeaders: Record<string, string>;
  /** What is next to a commit or pull request, and in its comments. */
  shown(place: Place): { status: string | undefined; comments: string[] };
}

const transitionsRefused = (word: string) => ({
  message: `Cannot transition status via :${word === 'running' ? 'run' : 'drop'} from :${word} (Reason(s): Status cannot transition via "x")`,
});

const others = '/others';

export async function startForge(kind: ForgeKind): Promise<RecordingForge> {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const forge: RecordingForge = {
    url,
    othersUrl: `${url}${others}`,
    token: 'a-token-that-no-log-shows',
    calls: [],
    strange: [],
    statuses: [],
    comments: [],
    faults: [],
    repository: repositoryAnswer(kind),
    redirect: null,
    repositoryHeaders: {},
    shown: ({ commit, pullRequest }) => ({
      status: forge.statuses.findLast(({ target }) => [commit, String(pullRequest)].includes(target))?.word,
      comments: forge.comments
        .filter((found) => found.pullRequest === String(pullRequest) && !found.isDeleted)
        .map(({ text }) => text),
    }),
  };

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await textOf(incoming);
    const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      outgoing
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(status === 204 ? undefined : JSON.stringify(body));
    const refuse = (why: string) => {
      forge.strange.push(`${incoming.method} ${incoming.url}: ${why}`);
      reply(400, { message: why });
    };
    if (forge.redirect !== null) {
      return void outgoing.writeHead(307, { location: forge.redirect + incoming.url! }).end();
    }
    const isOther = incoming.url!.startsWith(`${others}/`);
    const { pathname, searchParams } = new URL(incoming.url!.slice(isOther ? others.length : 0), url);
    const rule = callRules[kind].find(
      ({ method, path, query = {} }) =>
        method === incoming.method && path.test(pathname) && (isOther || hasExactly(searchParams, query)),
    );
    if (rule === undefined) return void refuse('is not a call of this forge');
    const isOfApp = rule.does === 'installation' || rule.does === 'app token';
    if (isOther) {
      if (!JSON.stringify(incoming.headers).includes(forge.token)) return void refuse('has no token');
    } else if (!isOfApp) {
      for (const [name, value] of Object.entries(authorization[kind](forge.token))) {
        if (incoming.headers[name] !== value) return void refuse(`has the wrong header ${name}`);
      }
    }
    if (!isOther && !/^dpxdt\//.test(incoming.headers['user-agent'] ?? '')) {
      return void refuse('has no user agent');
    }
    let body: unknown = null;
    if (rule.body !== null) {
      if (incoming.headers['content-type'] !== 'application/json') return void refuse('is no JSON');
      const parsed = rule.body.safeParse(JSON.parse(sent));
      if (!parsed.success) return void refuse(parsed.error.message);
      body = parsed.data;
    } else if (sent !== '') return void refuse('has a body');
    const at = forge.faults.findIndex(({ does }) => does === undefined || does === rule.does);
    const [fault] = at === -1 ? [] : forge.faults.splice(at, 1);
    forge.calls.push({ does: rule.does, status: fault?.what ?? rule.answers, body });
    if (typeof fault?.what === 'number') {
      return void reply(fault.what, fault.body ?? { message: `It says ${fault.what}.` }, fault.headers);
    }
    const [status, done] = perform(rule, rule.path.exec(pathname)!, body);
    // The client gives up, or finds the connection gone; the test's end closes what is left.
    if (fault?.what === 'late') return;
    if (fault?.what === 'reset') return void incoming.socket.resetAndDestroy();
    reply(status, done, rule.does === 'repository' ? forge.repositoryHeaders : {});
  }

  function perform(rule: CallRule, match: RegExpExecArray, body: unknown): [number, unknown] {
    const [, place = '', id = ''] = match;
    const fields = body as Record<string, never>;
    switch (rule.does) {
      case 'status': {
        const { context } = fields as { context?: string | { name: string } };
        const word = String(fields['state']);
        const before = forge.statuses.findLast(({ target }) => target === place);
        if (kind === 'gitlab' && before?.word === word) return [400, transitionsRefused(word)];
        const told = {
          target: place,
          word,
          text: String(fields['description']),
          url: String(fields['target_url'] ?? fields['targetUrl'] ?? fields['url']),
          name: String(typeof context === 'object' ? context.name : (context ?? fields['name'])),
        };
        forge.statuses.push(told);
        return [rule.answers, statusAnswer(kind, told, forge.statuses.length)];
      }
      case 'statuses': {
        const of = forge.statuses.filter(({ target }) => target === place);
        return [rule.answers, of.map((told, index) => statusAnswer(kind, told, index + 1))];
      }
      case 'list': {
        const there = forge.comments.filter((found) => found.pullRequest === place && !found.isDeleted);
        const values = there.map((found) => commentAnswer(kind, found));
        return [rule.answers, ['bitbucket_cloud', 'azure_devops'].includes(kind) ? wrapped(values) : values];
      }
      case 'create': {
        const made = {
          id: forge.comments.length + 1,
          pullRequest: place,
          text: textIn(body),
          isDeleted: false,
        };
        forge.comments.push(made);
        return [rule.answers, commentAnswer(kind, made)];
      }
      case 'update': {
        const found = forge.comments.find((of) => of.id === Number(id) && !of.isDeleted);
        if (found === undefined) return [404, { message: 'Not Found' }];
        found.text = textIn(body);
        return [rule.answers, commentAnswer(kind, found)];
      }
      case 'repository':
        return [rule.answers, forge.repository];
      case 'installation':
        return [rule.answers, installationAnswer];
      case 'app token':
        return [rule.answers, appTokenAnswer(forge.token)];
      case 'probe':
        return [rule.answers, []];
    }
  }

  const wrapped = (values: object[]) => (kind === 'azure_devops' ? { value: values } : { values });

  return forge;
}

function textIn(body: unknown): string {
  const {
    body: text,
    content,
    comments,
  } = body as {
    body?: string;
    content?: string | { raw: string };
    comments?: { content: string }[];
  };
  return text ?? comments?.[0]?.content ?? (typeof content === 'object' ? content.raw : content!);
}

function hasExactly(asked: URLSearchParams, query: NonNullable<CallRule['query']>): boolean {
  const names = Object.keys(query);
  return asked.size === names.length && names.every((name) => query[name]!.test(asked.get(name) ?? ''));
}
