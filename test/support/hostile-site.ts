import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** A website on loopback in which nearly every page tries to break, block or trick a browser that captures it. */
export interface HostileSite {
  /** The address of one of its pages, e.g. `url('/alert')`. */
  url(path: string): string;
  /** Requested paths with query, oldest first. */
  readonly hits: readonly string[];
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const html =
  (body: string): Answer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(body);

const redirect =
  (target: () => string): Answer =>
  (_request, response) =>
    response.writeHead(302, { location: target() }).end();

const script = (title: string, code: string): Answer => html(`<h1>${title}</h1><script>${code}</script>`);

const tallPage = (height: number): Answer =>
  html(
    `<body style="margin:0"><div style="height:${height}px;background:linear-gradient(red,blue)"></div></body>`,
  );

/** Sends one space every half second, endlessly. */
const drip: Answer = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).write('<h1>drip</h1>');
  const timer = setInterval(() => response.write(' '), 500);
  request.on('close', () => clearInterval(timer));
};

/** User `u`, password `p`. */
const behindLogin: Answer = (request, response) => {
  const expected = `Basic ${Buffer.from('u:p').toString('base64')}`;
  if (request.headers.authorization === expected) return void html('<h1>in</h1>')(request, response);
  response.writeHead(401, { 'www-authenticate': 'Basic realm="hostile"' }).end('no');
};

/** 300 MB of zeros in 300 kB. */
let bomb: Buffer | undefined;
const compressedBomb: Answer = (_request, response) => {
  bomb ??= gzipSync(Buffer.alloc(300 * 1024 * 1024), { level: 1 });
  response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }).end(bomb);
};

const pages: Record<string, Answer> = {
  '/ok': html('<h1>ok</h1>'),

  // Never arrives
  '/loop': redirect(() => `/loop?${Math.random()}`),
  '/metaloop': html('<meta http-equiv="refresh" content="0;url=/metaloop">again'),
  '/jsloop': script('again', 'location.href = "/jsloop?" + Math.random()'),
  '/hang': () => undefined,
  '/reset': (request) => request.socket.destroy(),

  // Never becomes quiet
  '/neveridle': script('polling', 'setInterval(() => fetch("/ok?" + Math.random()), 50)'),
  '/drip': drip,
  '/hangimg': html('<h1>waiting</h1><img src="/hang">'),

  // Prompts
  '/alert': script('alert', 'alert(1)'),
  '/alertloop': script('alert', 'while (true) alert(1)'),
  '/prompt': script('prompt', 'setInterval(() => { confirm(1); prompt(2); }, 10)'),
  '/print': script('print', 'print()'),
  '/beforeunload': script('stay', 'onbeforeunload = (e) => { e.preventDefault(); return "stay"; }'),
  '/popup': script('popups', 'for (let i = 0; i < 50; i++) open("/ok?p" + i)'),
  '/auth': behindLogin,

  // Uses up resources
  '/spin': script('spin', 'while (true);'),
  '/spinlater': script('spin', 'setTimeout(() => { while (true); }, 700)'),
  '/oom': script(
    'memory',
    'const a = []; setInterval(() => { for (let i = 0; i < 20; i++) a.push(new Array(5e6).fill(Math.random())); }, 1)',
  ),
  '/gzbomb': compressedBomb,
  '/tall': tallPage(100_000),
  '/vtall': tallPage(30_000_000),
  '/wide': html(
    '<body style="margin:0"><div style="width:200000px;height:2000px;background:red"></div></body>',
  ),

  // Is not a page
  '/download': (_request, response) =>
    response
      .writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename=a.bin',
      })
      .end('x'.repeat(1_000)),
  '/dlpage': script('download', 'location = "/download"'),
  '/pdf': (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF-1.4'),
  '/204': (_request, response) => response.writeHead(204).end(),
  '/500': (_request, response) => response.writeHead(500).end('<h1>500</h1>'),
  '/empty': html(''),
  '/svg': (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'image/svg+xml' })
      .end(
        '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("/svgscript")</script><rect width="9" height="9"/></svg>',
      ),

  // Leads elsewhere
  '/tofile': redirect(() => 'file:///etc/passwd'),
  '/iffile': html(
    '<iframe src="file:///etc/passwd"></iframe><iframe src="\\\\\\\\localhost/etc/passwd"></iframe>',
  ),
};

export async function startHostileSite(): Promise<HostileSite> {
  const hits: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '/';
    hits.push(path);
    const answer = pages[path.split('?')[0]!];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    hits,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
