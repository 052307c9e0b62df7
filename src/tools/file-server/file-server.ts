/** A folder as a web site, for one person on one machine. */

import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, relative, resolve, sep } from 'node:path';
import fastify, { type FastifyReply } from 'fastify';
import { AppError } from '../../base/errors.ts';
import { listingPage, messagePage } from './pages.ts';
import { sendFile } from './send-file.ts';

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
const indexNames = ['index.html', 'index.htm'];
const noSuchFile = 'File not found.';

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
    const text = `This server accepts only localhost, not ${request.hostname}. Use --host 0.0.0.0 to accept others.`;
    return sendMessage(reply, 421, text);
  });
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'GET' || request.method === 'HEAD') return sendMessage(reply, 404, noSuchFile);
    return sendMessage(reply.header('allow', 'GET, HEAD'), 405, 'Only GET and HEAD are supported.');
  });
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500 } = error as { statusCode?: number };
    const text = statusCode < 500 ? 'The request is malformed.' : 'The file could not be read.';
    return sendMessage(reply, statusCode, text);
  });
  app.get('/*', async (request, reply) => {
    const path = pathOf(request.url);
    const real = path === null ? null : placeOf(root, path);
    if (path === null || real === null) return sendMessage(reply, 404, noSuchFile);
    const stats = statSync(real);
    if (stats.isFile() && !path.endsWith('/')) return sendFile(request, reply, real, stats);
    if (!stats.isDirectory()) return sendMessage(reply, 404, noSuchFile);
    if (!path.endsWith('/')) return reply.redirect(addressOfFolder(path, request.url), 301);
    for (const name of indexNames) {
      const index = placeOf(root, path + name);
      const indexStats = index === null ? null : statSync(index);
      if (indexStats?.isFile() === true) return sendFile(request, reply, index!, indexStats);
    }
    return sendPage(reply, 200, listingPage(namesIn(root, path, real)));
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE'
        ? 'it is in use'
        : code === 'EACCES'
          ? 'this user is not allowed to use it'
          : String(code);
    throw new AppError(
      'invalid_argument',
      `Port ${port} of ${host} cannot be used: ${why}. Use --port 0 for any free port.`,
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
    throw new AppError('invalid_argument', `"${folder}" is not a folder.`);
  }
  return realpathSync(path);
}

/**
 * What a path below the root leads to, through all links.
 *
 * @returns null when it is not there, leads out of the root, or a name on the way begins with a dot
 */
function placeOf(root: string, path: string): string | null {
  if (isHidden(path)) return null;
  try {
    const real = realpathSync(join(root, path));
    const isInside = real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
    return isInside && !isHidden(relative(root, real)) ? real : null;
  } catch {
    return null;
  }
}

function isHidden(path: string): boolean {
  return path.split(/[/\\]/).some((name) => name.startsWith('.'));
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(name);
}

/** What a folder holds, folders with a slash at the end. */
function namesIn(root: string, path: string, folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const real = placeOf(root, `${path}${name}`);
    return real === null ? [] : [isFolder(real) ? `${name}/` : name];
  });
}

/** The decoded path of an address, or null when it cannot be one of a file. */
function pathOf(address: string): string | null {
  try {
    const path = decodeURIComponent(address.split('?')[0]!);
    return /[\\\0]/.test(path) ? null : path;
  } catch {
    return null;
  }
}

/** Written anew from its names: two slashes at its beginning would lead to another host. */
function addressOfFolder(path: string, address: string): string {
  const names = path.split('/').filter((name) => name !== '');
  const query = address.includes('?') ? address.slice(address.indexOf('?')) : '';
  return `/${names.map((name) => `${encodeURIComponent(name)}/`).join('')}${query}`;
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
