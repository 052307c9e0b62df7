// A tiny static file server for the examples, no packages: node examples/serve.js FOLDER [PORT]
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const root = resolve(process.argv[2] ?? '.');
const port = Number(process.argv[3] ?? 8000);

const server = createServer((request, response) => {
  const file = fileOf(request.url ?? '/');
  if (file === null) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
    return;
  }
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
});

/** The requested file below the root, or null. */
function fileOf(address) {
  try {
    const path = decodeURIComponent(new URL(address, 'http://localhost').pathname);
    const file = join(root, normalize(path), path.endsWith('/') ? 'index.html' : '');
    return file.startsWith(root) && statSync(file).isFile() ? file : null;
  } catch {
    return null;
  }
}

server.on('error', (error) => {
  console.error(`The server on port ${port} could not start: ${error.message}`);
  process.exit(1);
});
server.listen(port, '127.0.0.1', () => console.log(`Serving ${root} on http://localhost:${port}`));
