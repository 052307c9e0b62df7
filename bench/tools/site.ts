/**
 * A site of many pages as a separate process: `node bench/tools/site.ts PAGES LATENCY_MS`. It prints its origin; a
 * POST to /next shows the next version, in which one page in twenty looks different.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BenchSite {
  origin: string;
  nextVersion(): Promise<void>;
  stop(): Promise<void>;
}

const changedEvery = 20;
const linksPerPage = 10;

export function changedPages(pages: number): number {
  return Math.ceil(pages / changedEvery);
}

export async function startSite(pages: number, latencyMs: number): Promise<BenchSite> {
  const args = [import.meta.filename, String(pages), String(latencyMs)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('close', (status) => reject(new Error(`the site ended with ${status}`)));
  });
  return {
    origin,
    nextVersion: async () => void (await fetch(`${origin}/next`, { method: 'POST' })),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** An article with a menu; links form a tree in which every page is also linked from its neighbors. */
function pageHtml(number: number, pages: number, version: number): string {
  const links = Array.from(
    { length: linksPerPage },
    (_none, index) => (number * linksPerPage + index + 1) % pages,
  );
  const isChanged = version > 1 && number % changedEvery === 0;
  const paragraphs = Array.from(
    { length: 12 },
    (_none, index) =>
      `<p>Paragraph ${index} of article ${number}. ${'The quick brown fox jumps over the lazy dog. '.repeat(6)}</p>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Article ${number}</title>
<style>body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 50rem } nav a { margin-right: 1rem }</style></head>
<body><nav><a href="/">Home</a>${links.map((link) => `<a href="/articles/${link}.html">Article ${link}</a>`).join(' ')}</nav>
<h1${isChanged ? ' style="color: crimson"' : ''}>Article ${number}</h1>
${paragraphs.join('\n')}
</body></html>`;
}

function serve(pages: number, latencyMs: number): void {
  let version = 1;
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      version++;
      return void response.end();
    }
    const path = request.url ?? '/';
    const number = path === '/' ? 0 : Number(/^\/articles\/(\d+)\.html$/.exec(path)?.[1] ?? NaN);
    const answer = (): void => {
      if (!(number < pages)) return void response.writeHead(404).end();
      const html = pageHtml(number, pages, version);
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-length': Buffer.byteLength(html),
      });
      response.end(request.method === 'HEAD' ? undefined : html);
    };
    if (latencyMs === 0) answer();
    else setTimeout(answer, latencyMs);
  });
  server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.on('SIGTERM', () => process.exit(0));
}

if (import.meta.main) serve(Number(process.argv[2]), Number(process.argv[3]));
