import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCapturer } from '../../src/adapters/browser/capturer.ts';
import { EventRoutes, type Download } from '../../src/adapters/browser/event-routes.ts';
import type { CdpSession } from '../../src/adapters/browser/cdp-connection.ts';
import type { CdpEvent, CdpEvents } from '../../src/adapters/browser/cdp-events.ts';
import type { CaptureConfig } from '../../src/domain/capture/capture-config.ts';
import type { CaptureOutcome } from '../../src/domain/capture/capture.ts';
import type { Capturer } from '../../src/ports/capturer.ts';
import { servePages, type Page, type PageServer } from '../support/page-server.ts';

const file: Page = (_request, response) =>
  void response
    .writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=a.bin',
    })
    .end('x');

/** Pages that cause browser-wide events; each has a distinct secret in its addresses. */
const noisy: Record<string, { page: Page; config?: CaptureConfig; ends: string; logs?: RegExp }> = {
  'a download of a frame': {
    page: '<iframe src="/file?SECRET"></iframe>',
    ends: 'captured',
    logs: /download of \S+SECRET denied/,
  },
  'a download of a frame in a frame of another origin': {
    page: '<iframe src="OTHER/frame?SECRET"></iframe>',
    ends: 'captured',
    logs: /download of \S+\/file\?SECRET denied/,
  },
  'a download of a frame that a script makes late': {
    page: `<script>setTimeout(() => {
      const frame = document.createElement("iframe"); frame.src = "/file?SECRET"; document.body.append(frame) }, 200)</script>`,
    ends: 'captured',
    logs: /download of \S+SECRET denied/,
  },
  'a download of the page itself': {
    page: '<script>location = "/file?SECRET"</script>',
    ends: 'page_is_a_download',
  },
  'a download that a link starts': {
    page: '<a id="a" download="a.bin" href="data:application/octet-stream,SECRET">a</a><script>a.click()</script>',
    ends: 'page_is_a_download',
  },
  'a download in a window of its own': {
    page: '<a id="a" target="_blank" href="/file?SECRET">a</a>',
    config: { injectJs: 'document.getElementById("a").click(); open("/file?SECRET")' },
    ends: 'captured',
  },
  windows: {
    page: '<script>open("/window?SECRET")</script>',
    ends: 'captured',
    logs: /popup +not opened: \S*SECRET/,
  },
  dialogs: {
    page: '<script>alert("SECRET"); confirm("SECRET"); prompt("SECRET")</script>',
    ends: 'captured',
    logs: /dialog +alert dismissed: SECRET/,
  },
  workers: {
    page: '<script>new Worker("/worker?SECRET"); new SharedWorker("/worker?SECRET")</script>',
    ends: 'captured',
  },
  'a console': {
    page: '<script>console.log("SECRET"); throw new Error("SECRET")</script>',
    ends: 'captured',
    logs: /SECRET/,
  },
  'no memory': {
    page: `<script>const secret = "SECRET"; const all = [];
      setInterval(() => { for (let i = 0; i < 20; i++) all.push(new Array(5e6).fill(Math.random())) }, 1)</script>`,
    ends: 'page_out_of_memory',
  },
};

const names = Object.keys(noisy);
const secretOf = (name: string): string => `secret-${names.indexOf(name)}-of-a-page`;
const witnesses = ['first', 'second'];
const outcomes = new Map<string, CaptureOutcome>();
let site: PageServer;
let other: PageServer;
let capturer: Capturer;

beforeAll(async () => {
  const shared: Record<string, Page> = {
    '/file': file,
    '/frame': (request, response) => {
      const frame = `<iframe src="/file?${request.url!.split('?')[1]}"></iframe>`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(frame);
    },
    '/window': 'a window',
    '/worker': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/javascript' }).end(''),
  };
  other = await servePages(shared, { host: '127.0.0.2' });
  site = await servePages({
    ...shared,
    '/noisy': (request, response) => {
      const name = decodeURIComponent(request.url!.split('?')[1]!);
      const page = (noisy[name]!.page as string)
        .replaceAll('SECRET', secretOf(name))
        .replaceAll('OTHER', other.origin);
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    },
    '/witness': '<h1>I see nothing</h1>',
  });
  capturer = createCapturer({ concurrency: 20, pageMemoryMb: 256 });
  // One browser for all: it must run before they start.
  await capturer.start?.();
  await Promise.all([
    ...names.map(async (name) => {
      const config = { timeoutMs: 60_000, quietTimeoutMs: 1_000, ...noisy[name]!.config };
      outcomes.set(
        name,
        await capturer.capture({ url: site.url(`/noisy?${encodeURIComponent(name)}`), config }),
      );
    }),
    ...witnesses.map(async (name) => {
      outcomes.set(name, await capturer.capture({ url: site.url('/witness'), config: { delayMs: 8_000 } }));
    }),
  ]);
});

afterAll(async () => {
  await capturer.close();
  await site.close();
  await other.close();
});

describe('captures at once in one browser', () => {
  test.each(names)('%s ends as it would alone', (name) => {
    const outcome = outcomes.get(name)!;
    const { ends, logs } = noisy[name]!;
    expect(outcome.ok ? 'captured' : outcome.failure.reason, outcome.log).toBe(ends);
    if (logs !== undefined) {
      expect(outcome.log.replaceAll(secretOf(name), 'SECRET')).toMatch(logs);
    }
  });

  test.each([...names, ...witnesses])('%s hears nothing of the others', (name) => {
    const { log } = outcomes.get(name)!;
    const secrets = names.filter((each) => each !== name).map(secretOf);
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });

  test.each(witnesses)('the %s page that does nothing is captured', (name) => {
    const outcome = outcomes.get(name)!;
    expect(outcome, outcome.log).toMatchObject({ ok: true, settled: true });
    expect(outcome.log).not.toMatch(/download|popup|dialog/);
  });
});

/** The browser's session, as far as routes use it. */
function fakeRoot() {
  const listeners = new Map<string, (params: unknown) => void>();
  const session = {
    on: (event: CdpEvent, listener: (params: never) => void) => {
      listeners.set(event, listener as (params: unknown) => void);
      return () => listeners.delete(event);
    },
  } as unknown as CdpSession;
  const emit = <Event extends CdpEvent>(event: Event, params: CdpEvents[Event]): void =>
    listeners.get(event)!(params);
  return { session, emit };
}

function twoCaptures(reports: { count: number }) {
  const { session, emit } = fakeRoot();
  const resumed: string[] = [];
  const routes = new EventRoutes(session, { claim: () => reports.count-- > 0 }, (id) => resumed.push(id));
  const heard: Record<string, string[]> = { a: [], b: [] };
  const all = (['a', 'b'] as const).map((name) =>
    routes.add(`context-${name}`, {
      onTarget: ({ targetInfo }) => heard[name]!.push(`target ${targetInfo.targetId}`),
      onDownload: ({ url }) => heard[name]!.push(`download ${url}`),
      onCrash: ({ targetId, status }) => heard[name]!.push(`crash ${targetId} ${status}`),
    }),
  );
  const attach = (targetId: string, browserContextId: string, type = 'page'): void =>
    emit('Target.attachedToTarget', {
      sessionId: `session-${targetId}`,
      targetInfo: { targetId, type, url: '', browserContextId },
      waitingForDebugger: true,
    });
  attach('page-a', 'context-a');
  attach('page-b', 'context-b');
  heard['a'] = [];
  heard['b'] = [];
  const download = (frameId: string): Download => ({ frameId, url: `/${frameId}`, suggestedFilename: '' });
  return { emit, attach, download, heard, routes: all, resumed };
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

describe('events of the browser are routed', () => {
  test('targets and crashes by context and target, also of windows', async () => {
    const { attach, emit, heard, resumed } = twoCaptures({ count: 0 });
    attach('window-a', 'context-a');
    attach('stranger', 'context-c');
    emit('Target.targetCrashed', { targetId: 'page-b', status: 'killed', errorCode: 9 });
    emit('Target.targetCrashed', { targetId: 'stranger', status: 'killed', errorCode: 9 });
    await later();
    expect(heard).toEqual({ a: ['target window-a'], b: ['crash page-b killed'] });
    expect(resumed).toEqual(['session-stranger']);
  });

  test('downloads by frame: of the page, of its frames, of its windows, of frames that are named later', () => {
    const { attach, emit, download, heard, routes } = twoCaptures({ count: 0 });
    routes[0]!.addFrame('frame-a');
    attach('window-b', 'context-b');
    heard['b'] = [];
    for (const frame of ['page-a', 'frame-a', 'window-b', 'late-b', 'unknown']) {
      emit('Browser.downloadWillBegin', download(frame));
    }
    routes[1]!.addFrame('late-b');
    expect(heard).toEqual({
      a: ['download /page-a', 'download /frame-a'],
      b: ['download /window-b', 'download /late-b'],
    });
  });

  test('memory that ran out explains one crash, and only of a page that ended by itself', async () => {
    const { emit, heard } = twoCaptures({ count: 1 });
    emit('Target.targetCrashed', { targetId: 'page-b', status: 'killed', errorCode: 9 });
    emit('Target.targetCrashed', { targetId: 'page-a', status: 'crashed', errorCode: 5 });
    await later();
    expect(heard).toEqual({ a: ['crash page-a oom'], b: ['crash page-b killed'] });
    const second = twoCaptures({ count: 1 });
    second.emit('Target.targetCrashed', { targetId: 'page-a', status: 'crashed', errorCode: 5 });
    second.emit('Target.targetCrashed', { targetId: 'page-b', status: 'crashed', errorCode: 11 });
    await later();
    expect(second.heard).toEqual({ a: ['crash page-a oom'], b: ['crash page-b crashed'] });
  });

  test('nothing reaches a capture that is over', async () => {
    const { emit, download, heard, routes } = twoCaptures({ count: 0 });
    routes[0]!.end();
    emit('Browser.downloadWillBegin', download('page-a'));
    emit('Target.targetCrashed', { targetId: 'page-a', status: 'killed', errorCode: 9 });
    await later();
    expect(heard).toEqual({ a: [], b: [] });
  });
});
