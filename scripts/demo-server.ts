/** The demo's static file server: it keeps its port and can switch to another folder. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface DemoServer {
  port: number;
  /** Switches to the files of this folder. */
  show(folder: string): void;
  close(): Promise<void>;
}

/** Listens on loopback at `wantedPort` or the next free port. */
export async function startDemoServer(wantedPort: number): Promise<DemoServer> {
  let root = '';
  const server = createServer((request, response) => {
    readAsset(root, request.url ?? '/').then(
      ({ type, bytes }) => response.writeHead(200, { 'content-type': type }).end(bytes),
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end('Page not found.\n'),
    );
  });
  let port = wantedPort;
  while (!(await listens(server, port))) port++;
  return {
    port,
    show: (folder) => (root = folder),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function readAsset(root: string, address: string): Promise<{ type: string; bytes: Buffer }> {
  const path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
  const file = join(root, normalize(path), path.endsWith('/') ? 'index.html' : '');
  return { type: contentTypes[extname(file)] ?? 'application/octet-stream', bytes: await readFile(file) };
}

/** False if the port is taken; other failures are exceptions. */
function listens(server: Server, port: number): Promise<boolean> {
  return new Promise((done, failed) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') done(false);
      else failed(error);
    };
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      done(true);
    });
  });
}
