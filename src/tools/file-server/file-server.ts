/** A folder as a web site, for one person on one machine. */

import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyReply } from 'fastify';
import { AppError } from '../../domain/errors.ts';
import { listingPage, messagePage } from './pages.ts';

export interface FileServerOptions {
  folder: string;
  /** Address to listen on. */
  host: string;
  /** 0: any free one. */
  port: number;
}

export interface FileServer {
  url: string;
  /** Ends connections that are open, too. */
  stop(): Promise<void>;
}

/** No page may run for longer; nothing here waits for anything. */
const requestTimeoutMs = 30_000;

/**
 * Serves the files of a folder: `index.html` for a folder, or a list of what is in it. Files whose name begins with a
 * dot, and links that lead out of the folder, are not there.
 *
 * @throws AppError `invalid_argument` when the folder is none or the port is taken
 */
export async function startFileServer({ folder, host, port }: FileServerOptions): Promise<FileServer> {
  const root = rootOf(folder);
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host);
  const app = fastify({
    forceCloseConnections: true,
    requestTimeout: requestTimeoutMs,
    exposeHeadRoutes: true,
  });

  app.addHook('onRequest', async (request, reply) => {
    if (!isLoopback || isLocalName(request.hostname)) return;
    // A page elsewhere could give this machine a name of its own and read the folder through it.
    const text = `This server answers to localhost only, not to ${request.hostname}. --host 0.0.0.0 lifts that.`;
    return sendMessage(reply, 421, text);
  });
  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendMessage(reply.header('allow', 'GET, HEAD'), 405, 'Only GET and HEAD are answered.');
    }
    const names = namesIn(root, request.url);
    if (names === null) return sendMessage(reply, 404, 'There is no such file.');
    return sendPage(reply, 200, listingPage(names));
  });
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500 } = error as { statusCode?: number };
    const text = statusCode < 500 ? 'The request is malformed.' : 'The file could not be read.';
    return sendMessage(reply, statusCode, text);
  });
  await app.register(fastifyStatic, {
    root,
    index: ['index.html', 'index.htm'],
    redirect: true,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply) =>
      void reply.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff'),
    allowedPath: (path) => isInside(root, path),
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE' ? 'it is taken' : code === 'EACCES' ? 'this user may not use it' : String(code);
    throw new AppError(
      'invalid_argument',
      `Port ${port} of ${host} cannot be used: ${why}. --port 0 takes any free one.`,
      {
        cause: error,
      },
    );
  }
  const address = app.server.address() as AddressInfo;
  const name = isLoopback && host !== '::1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return { url: `http://${name}:${address.port}/`, stop: () => app.close() };
}

function rootOf(folder: string): string {
  const path = resolve(folder);
  if (!isFolder(path)) {
    throw new AppError('invalid_argument', `"${folder}" is no folder.`);
  }
  return realpathSync(path);
}

/** Whether what a path leads to, through all links, is in the folder; what is not there is left to the 404. */
function isInside(root: string, path: string): boolean {
  try {
    const real = realpathSync(join(root, path));
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(name);
}

/** What a folder without an index holds, folders with a slash at the end; null when the address is none of a folder. */
function namesIn(root: string, address: string): string[] | null {
  const path = decodedPath(address);
  if (path === null || !path.endsWith('/') || /\/\.|[\\\0]/.test(path) || !isInside(root, path)) return null;
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true });
    return entries
      .filter(({ name }) => !name.startsWith('.') && isInside(root, join(path, name)))
      .map((entry) => (isFolder(join(root, path, entry.name)) ? `${entry.name}/` : entry.name));
  } catch {
    return null;
  }
}

function decodedPath(address: string): string | null {
  try {
    return decodeURIComponent(address.split('?')[0]!);
  } catch {
    return null;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function sendMessage(reply: FastifyReply, status: number, text: string): FastifyReply {
  return sendPage(reply, status, messagePage(status, text));
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('x-content-type-options', 'nosniff')
    .send(page);
}
