import { expect, test } from 'vitest';
import { CaptureLog } from './capture-log.ts';
import { CdpSession, type CdpConnection } from './cdp-connection.ts';
import { NetworkWatch } from './network-watch.ts';

const script = '7E16FA4EA26D6222FE06ACDFE0A99506';
const url = 'http://shop.example/worker.js';

/** A page with one worker, whose script was requested by the page. */
function pageWithWorker(type = 'shared_worker') {
  const session = (id: string) => new CdpSession({} as CdpConnection, id);
  const [page, worker] = [session('page'), session('worker')];
  const network = new NetworkWatch({
    log: new CaptureLog({}),
    mainFrameId: 'main',
    pageSessionId: 'page',
    documents: { onResponse: () => undefined, onFailure: () => undefined },
    resourceTimeoutMs: 60_000,
    egressProblemOf: () => undefined,
  });
  network.watch(page);
  network.watch(worker, { targetId: script, type });
  const request = (requestId: string, url: string) => ({
    requestId,
    loaderId: '',
    type: requestId === script ? 'Script' : 'Other',
    request: { url, method: 'GET' },
  });
  page.emit('Network.requestWillBeSent', request(script, url));
  return {
    network,
    page,
    worker,
    request,
    incomplete: () => network.incomplete(performance.now(), true).parts,
  };
}

function answer(requestId: string, status: number) {
  return { requestId, type: 'Script', response: { url, status, mimeType: 'text/javascript', headers: {} } };
}

test('a worker that ends without a word about its script: the answer tells what is missing, and nothing waits', () => {
  const { network, worker, incomplete } = pageWithWorker();
  worker.emit('Network.responseReceived', answer(script, 404));
  expect(network.isBusy(performance.now())).toBe(true);
  worker.markClosed();
  expect(incomplete()).toEqual([{ url, why: 'status 404' }]);
  expect(network.isBusy(performance.now())).toBe(false);
});

test('the network may know the answer of a worker that has ended', () => {
  const { page, worker, incomplete } = pageWithWorker();
  page.emit('Network.responseReceivedExtraInfo', { requestId: script, statusCode: 404 });
  worker.markClosed();
  expect(incomplete()).toEqual([{ url, why: 'status 404' }]);
});

test('a shared worker that ends before any answer has no script', () => {
  const { worker, incomplete } = pageWithWorker();
  worker.markClosed();
  expect(incomplete()).toEqual([{ url, why: 'net::ERR_FAILED' }]);
});

test.each(['before', 'after'])('unless its page navigated: %s it was seen to end', (when) => {
  const { page, worker, incomplete } = pageWithWorker();
  if (when === 'after') worker.markClosed();
  page.emit('Page.frameNavigated', { frame: { id: 'main', loaderId: '2', url, mimeType: 'text/html' } });
  if (when === 'before') worker.markClosed();
  expect(incomplete()).toEqual([]);
});

test('what a page ended itself, and what an ended worker was loading, is neither missing nor waited for', () => {
  const { network, worker, request, incomplete } = pageWithWorker('worker');
  worker.emit('Network.requestWillBeSent', request('12.1', 'http://shop.example/part.js'));
  worker.markClosed();
  expect(network.openUrls()).toEqual([]);
  expect(incomplete()).toEqual([]);
});

test('a worker that began before it was watched is not waited for, and is judged by what the network knows', () => {
  const { network, page, incomplete } = pageWithWorker();
  page.emit('Network.responseReceivedExtraInfo', { requestId: script, statusCode: 200 });
  network.noteBegun({ targetId: script, type: 'shared_worker' });
  expect(network.isBusy(performance.now())).toBe(false);
  expect(incomplete()).toEqual([]);
});
