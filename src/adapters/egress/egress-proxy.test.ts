import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgressPolicy } from '../../domain/network/egress-policy.ts';
import { startEgressProxy, type EgressProxyOptions } from './egress-proxy.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Every name is this machine, but for the one that is a metadata service. */
const resolve = (host: string) =>
  host === 'unknown.test'
    ? Promise.reject(new Error('ENOTFOUND'))
    : Promise.resolve(host === 'cloud.test' ? ['169.254.169.254'] : ['127.0.0.1']);

async function site(listener: RequestListener, host = '127.0.0.1', port = 0): Promise<number> {
  const server = createServer(listener);
  server.listen(port, host);
  await once(server, 'listening');
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return (server.address() as AddressInfo).port;
}

async function proxy(options: Partial<EgressProxyOptions> = {}) {
  const policy = createEgressPolicy({ allowPrivate: false, allow: ['site.test', 'cloud.test'] });
  const started = await startEgressProxy({
    policy: async () => policy,
    resolve,
    connectTimeoutMs: 2_000,
    ...options,
  });
  open.push(() => started.close());
  return started;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** As a browser asks a proxy for an http address; null when the proxy hangs up. */
function get(
  address: string,
  url: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer | null> {
  const [host, port] = address.split(':');
  return new Promise((done) => {
    const asked = request(
      {
        host,
        port,
        path: url,
        method: body === undefined ? 'GET' : 'POST',
        headers: { host: new URL(url).host, ...headers },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('end', () => done({ status: answer.statusCode!, headers: answer.headers, body: text }));
        answer.on('error', () => done(null));
      },
    );
    asked.on('error', () => done(null));
    asked.end(body);
  });
}

async function openTunnel(address: string, target: string): Promise<string> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  const answer = data.toString().split('\r\n', 1)[0]!;
  if (answer.includes('200')) {
    socket.write('GET /through HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const piece of socket) text += String(piece);
    return text;
  }
  socket.destroy();
  return answer;
}

describe('plain http', () => {
  it('passes requests and answers on as they are, without what is meant for one connection', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const port = await site((incoming, answer) => {
      seen.push(incoming.headers);
      answer.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('x-odd', 'ä'.normalize());
      incoming.pipe(answer);
    });
    const { address } = await proxy();
    const answer = await get(
      address,
      `http://site.test:${port}/echo?q=1`,
      { 'proxy-connection': 'keep-alive', connection: 'x-hop', 'x-hop': '1', 'x-kept': '2' },
      'body',
    );
    expect(answer).toMatchObject({ status: 200, body: 'body' });
    expect(answer!.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(seen[0]).toMatchObject({ host: `site.test:${port}`, 'x-kept': '2' });
    expect(seen[0]).not.toHaveProperty('x-hop');
    expect(seen[0]).not.toHaveProperty('proxy-connection');
  });

  it('never connects to what the rules forbid, and says why', async () => {
    let hits = 0;
    const port = await site((_incoming, answer) => {
      hits++;
      answer.end();
    });
    const { address, problemOf } = await proxy();
    for (const host of ['127.0.0.1', 'rebound.test', '[::ffff:127.0.0.1]', 'localhost']) {
      const url = `http://${host}:${port}/`;
      expect(await get(address, url)).toBeNull();
      expect(problemOf(url)).toMatchObject({ kind: 'blocked' });
    }
    expect(await get(address, 'http://cloud.test/')).toBeNull();
    expect(problemOf('http://cloud.test/')?.message).toBe(
      'This server may not access cloud.test: it is a link-local or metadata address. Its operator can allow it.',
    );
    expect(hits).toBe(0);
  });

  it('tells who cannot be reached', async () => {
    const { address, problemOf } = await proxy();
    expect(await get(address, 'http://unknown.test/')).toBeNull();
    expect(problemOf('http://unknown.test/')).toEqual({
      kind: 'unreachable',
      message: 'unknown.test could not be reached: the host name is not known.',
    });
    const closed = await site(() => undefined);
    await open.pop()!();
    expect(await get(address, `http://site.test:${closed}/`)).toBeNull();
    expect(problemOf(`http://site.test:${closed}/`)?.message).toContain('nothing is listening there');
  });

  it('never reaches the server’s own doors, allowed or not', async () => {
    const port = await site((_incoming, answer) => answer.end('secret'));
    const { address, problemOf } = await proxy({ never: [{ host: '0.0.0.0', port }] });
    expect(await get(address, `http://site.test:${port}/`)).toBeNull();
    expect(problemOf(`http://site.test:${port}/`)?.message).toContain('part of the server itself');
  });

  it('knows its own doors by every address that leads to them', async () => {
    const policy = createEgressPolicy({ allowPrivate: false, allow: ['0.0.0.0/0', '::/0'] });
    const { address, problemOf } = await proxy({
      policy: async () => policy,
      resolve: (host) => Promise.resolve([host]),
      never: [
        { host: '0.0.0.0', port: 5_000 },
        { host: '127.0.0.1', port: 5_432 },
      ],
    });
    for (const host of ['127.0.0.1', '127.9.9.9', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]']) {
      await get(address, `http://${host}:5000/`);
      expect(problemOf(`http://${host}:5000/`)?.message, host).toContain('part of the server itself');
    }
    await get(address, 'http://0.0.0.0:5432/');
    expect(problemOf('http://0.0.0.0:5432/')?.message).toContain('part of the server itself');
  });

  it('T4: a name with one forbidden address among others is not reached at all', async () => {
    const { address, problemOf } = await proxy({
      policy: async () => createEgressPolicy({ allowPrivate: false, allow: ['127.0.0.2'] }),
      resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']),
    });
    expect(await get(address, 'http://mixed.test:8080/')).toBeNull();
    expect(problemOf('http://mixed.test:8080/')).toMatchObject({ kind: 'blocked' });
  });

  it('T5: a name that is rebound after the check is still not reached', async () => {
    let hits = 0;
    const port = await site((_incoming, answer) => answer.end('fine'), '127.0.0.2');
    await site(
      (_incoming, answer) => {
        hits++;
        answer.end('secret');
      },
      '127.0.0.1',
      port,
    );
    const answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.1']];
    const { address, problemOf } = await proxy({
      policy: async () => createEgressPolicy({ allowPrivate: false, allow: ['127.0.0.2'] }),
      resolve: () => Promise.resolve(answers.shift()!),
    });
    const url = `http://rebinding.test:${port}/`;
    expect(await get(address, url, { connection: 'close' })).toMatchObject({ body: 'fine' });
    // The connection that was checked may be used again; a new one is checked again.
    expect(await openTunnel(address, `rebinding.test:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(problemOf(url)).toMatchObject({ kind: 'blocked' });
    expect(hits).toBe(0);
  });

  it('sends a request once more when the site had closed the idle connection', async () => {
    let answered = 0;
    const port = await site((incoming, answer) => {
      answered++;
      answer.end('here', () => incoming.socket.destroy());
    });
    const { address } = await proxy();
    for (let i = 1; i <= 5; i++) {
      expect(await get(address, `http://site.test:${port}/`)).toMatchObject({ body: 'here' });
    }
    expect(answered).toBeGreaterThanOrEqual(5);
  });

  it('is no web server', async () => {
    const { address } = await proxy();
    const [host, port] = address.split(':');
    const answer = await fetch(`http://${host}:${port}/`);
    expect(answer.status).toBe(400);
  });
});

describe('tunnels', () => {
  it('carry bytes to what is allowed, and are refused to the rest', async () => {
    const port = await site((incoming, answer) => answer.end(`tunnelled ${incoming.url}`));
    const { address, problemOf } = await proxy();
    expect(await openTunnel(address, `site.test:${port}`)).toContain('tunnelled /through');
    expect(await openTunnel(address, `other.test:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(await openTunnel(address, `[::1]:${port}`)).toBe('HTTP/1.1 403 Forbidden');
    expect(await openTunnel(address, 'unknown.test:443')).toBe('HTTP/1.1 502 Bad Gateway');
    expect(problemOf(`https://other.test:${port}/x`)).toMatchObject({ kind: 'blocked' });
    expect(problemOf(`https://site.test:${port}/x`)).toBeUndefined();
  });
});
