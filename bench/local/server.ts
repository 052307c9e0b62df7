/** The server from which all contestants' browsers load the pages, a separate process: node server.ts [PORT] */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageHtml } from './pages.ts';
import { blinkingGif, photoPng } from './images.ts';

const photos = Array.from({ length: 6 }, (_, seed) => photoPng(seed, 900, 600));
const gif = blinkingGif();

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, folder = '', name = ''] = url.pathname.split('/');
  const send = (type: string, body: string | Buffer) => {
    const delayMs = Number(url.searchParams.get('delay') ?? 0);
    setTimeout(() => response.writeHead(200, { 'content-type': type }).end(body), delayMs);
  };
  if (folder === 'page') return send('text/html; charset=utf-8', pageHtml(Number(name)));
  if (folder === 'photo') return send('image/png', photos[Number.parseInt(name)]!);
  if (folder === 'blink.gif') return send('image/gif', gif);
  if (folder === 'data.json') {
    const rows = Array.from(
      { length: Number(url.searchParams.get('rows')) },
      (_, i) => `Row ${i} of the answer`,
    );
    return send('application/json', JSON.stringify(rows));
  }
  response.writeHead(404).end();
});

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as AddressInfo).port}`);
});
