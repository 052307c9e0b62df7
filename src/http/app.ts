import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { createKeyAuthenticator } from '../services/builds/authenticate-key.ts';
import { serveOperations } from './original/operations.ts';
import { authenticate, hideFromAnonymous, type Authentication } from './access/authentication.ts';
import { readBody } from './body/read-body.ts';
import { closeGently, trackUnused } from './close-gently.ts';
import { compressAnswers } from './compress-answers.ts';
import { createCaptureTargetCheck } from './access/capture-targets.ts';
import { limitConnectionsPerAddress } from './limits/connection-limits.ts';
import type { HttpContext, HttpDeps } from './deps.ts';
import { sendError } from './errors.ts';
import { collectRoutes, refuseOtherMethods } from './routes.ts';
import { checkHost } from './access/host-header.ts';
import { serveHealth } from './health.ts';
import { createMetrics } from './metrics.ts';
import { serveDescription } from './openapi/serve-description.ts';
import { serveLoginCallback } from './pages/login-callback.ts';
import { serveBadge } from './pages/badge.ts';
import { serveSignedImages } from './pages/signed-image.ts';
import { servePages } from './pages/serve-pages.ts';
import { builtWebFolder, sendShell, serveWebFiles } from './pages/web-files.ts';
import { checkOrigin } from './access/request-origin.ts';
import { traceRequests } from './trace-requests.ts';
import { serveWorkQueuePages } from './pages/work-queue-pages.ts';
import { callerOf, RateLimits } from './limits/rate-limits.ts';
import { RequestsAtWork } from './limits/requests-at-work.ts';
import { commonHeaders } from './access/security-headers.ts';
import { defaultHttpSettings, type HttpSettings } from './settings.ts';
import { serveResources } from './v1/serve-resources.ts';
import { attemptLedger } from './limits/shared-attempts.ts';
import { WrongKeys } from './limits/wrong-keys.ts';

export interface HttpApp {
  /** For tests (`inject`) and for pages added later. */
  fastify: FastifyInstance;
  /** @returns the address with the actual port, e.g. `http://127.0.0.1:5000` */
  listen(at: { host: string; port: number }): Promise<string>;
  /** `/readyz` says from now on that this server stops; everything is still answered for `settings.drainMs`. */
  drain(): Promise<void>;
  /** Stops accepting requests, ends waiting leases and event streams, and waits for running requests. */
  close(): Promise<void>;
}

/**
 * The HTTP server: the API of the original, the resource API under /api/v1, health, metrics and pages. It does
 * not own its dependencies; the creator of the store closes it, after `close`.
 */
export async function createHttpApp(deps: HttpDeps): Promise<HttpApp> {
  const settings: HttpSettings = { ...defaultHttpSettings, ...deps.settings };
  const draining = new AbortController();
  const stopping = new AbortController();
  const captureTargets = deps.captureTargets ?? { allowPrivate: false };
  const context: HttpContext = {
    core: deps.core,
    images: deps.images,
    forges: deps.forges,
    ciTokens: deps.ciTokens,
    eventCalls: deps.eventCalls,
    authentication: deps.authentication,
    version: deps.version,
    captureTargets,
    people: deps.people ?? null,
    keys: deps.keys ?? createKeyAuthenticator(deps.core),
    checkCaptureTarget: createCaptureTargetCheck(captureTargets),
    spoolFolder: deps.spoolFolder ?? tmpdir(),
    settings,
    metrics: createMetrics(deps.core, deps.version),
    draining: draining.signal,
    stopping: stopping.signal,
  };

  const app = createFastify(deps, settings);
  takeBodies(app, settings);
  traceRequests(app, deps.core.tracer);
  observeRequests(app, context);
  guardRequests(app, deps, context);
  app.setErrorHandler((error, request, reply) => {
    sendError(deps.core.logger, hideFromAnonymous(error, request.principal), request, reply);
  });
  const webFolder = deps.webFolder ?? builtWebFolder;
  app.setNotFoundHandler(async (request, reply) => {
    if (wantsPage(request)) return sendShell(reply, webFolder, 404);
    throw new AppError('not_found', `${request.method} ${pathOf(request)} does not exist.`);
  });

  const routes = collectRoutes(app);
  serveOperations(app, context);
  compressAnswers(app);
  serveResources(app, context);
  serveDescription(app, context);
  serveHealth(app, context);
  servePages(app);
  serveBadge(app, context);
  serveSignedImages(app, context);
  serveLoginCallback(app, context);
  serveWebFiles(app, webFolder);
  serveWorkQueuePages(app, context, webFolder);
  refuseOtherMethods(app, routes);
  await app.ready();
  limitConnectionsPerAddress(app.server, {
    ...settings,
    trustedProxies: deps.trustedProxies ?? [],
  });
  const unused = trackUnused(app);

  return {
    fastify: app,
    async listen({ host, port }) {
      // Hundreds of CI jobs may connect at once; connections beyond the backlog wait for seconds.
      await app.listen({ host, port, backlog: settings.maxConnections });
      app.server.maxConnections = settings.maxConnections;
      const { port: taken } = app.server.address() as AddressInfo;
      return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
    },
    async drain() {
      draining.abort();
      await sleep(settings.drainMs);
    },
    async close() {
      draining.abort();
      stopping.abort();
      await closeGently(app, unused, settings);
    },
  };
}

function createFastify(deps: HttpDeps, settings: HttpSettings): FastifyInstance {
  return fastify({
    logger: false,
    genReqId: () => deps.core.ids.id(),
    trustProxy: deps.trustedProxies === undefined ? false : [...deps.trustedProxies],
    bodyLimit: Number.MAX_SAFE_INTEGER,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveMs,
    forceCloseConnections: 'idle',
    // Proxies repeat no POST: what has reached this server while it stops is answered.
    return503OnClosing: false,
    // Parameters are validated by name; headers have a total limit.
    routerOptions: { maxParamLength: settings.maxHeaderBytes },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    http: {
      maxHeaderSize: settings.maxHeaderBytes,
      headersTimeout: settings.headersTimeoutMs,
      connectionsCheckingInterval: settings.connectionsCheckMs,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ ...commonHeaders, 'x-request-id': request.id });
      sendError(deps.core.logger, error, request, reply);
    },
  });
}

/** The contract validates parameters, so a Fastify schema would be a mistake; its compilers are not loaded. */
function noSchemas(): never {
  throw new Error('Routes must not have Fastify schemas; describe them in src/contract.');
}

/** Connection errors before a request: broken HTTP, headers too large or too slow. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, words, sentence] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431', 'Request Header Fields Too Large', 'The request headers are too large.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408', 'Request Timeout', 'The request was sent too slowly.']
        : ['400', 'Bad Request', 'The request is malformed.'];
  const body = JSON.stringify({ error: sentence, code: 'invalid_argument', details: {}, request_id: '' });
  socket.end(
    `HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\n` +
      'X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** One reader for all bodies; a route that accepts a file reads its own. */
function takeBodies(app: FastifyInstance, settings: HttpSettings): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
    if (request.routeOptions.config.takesFile === true) {
      request.rawBody = request.raw;
      return undefined;
    }
    return readBody(payload as FastifyRequest['raw'], request.headers, settings);
  });
}

function guardRequests(app: FastifyInstance, deps: HttpDeps, context: HttpContext): void {
  const { settings, core } = context;
  const authentication: Authentication = {
    mode: deps.authentication,
    core,
    logins: deps.authentication === 'on' ? (deps.people?.logins ?? null) : null,
    keys: context.keys,
    wrongKeys: new WrongKeys(
      core.clock,
      settings,
      attemptLedger(core, 'secret', settings.failedLoginWindowMs),
    ),
  };
  const atWork = new RequestsAtWork(settings);
  const rates = new RateLimits(core.clock, settings);
  app.decorateRequest('principal', null as never);
  app.decorateRequest('sessionToken', null);
  app.decorateRequest('sessionId', null);
  app.decorateRequest('csrfToken', null);
  app.decorateRequest('errorCode', null);
  app.decorateRequest('rawBody', null);

  app.addHook('onRequest', async (request, reply) => {
    request.principal = { kind: 'anonymous' };
    void reply.headers({ ...commonHeaders, 'x-request-id': request.id });
    checkHostOnce(request, reply);
    const { access = 'superuser', longLived = false } = request.is404
      ? { access: 'open' as const }
      : request.routeOptions.config;
    atEnd(reply, () => lingerOver(request, settings.lingerMs));
    const counted = longLived || access === 'open' ? null : await atWork.begin();
    if (counted !== null) atEnd(reply, counted.end);
    const rules = { authentication: deps.authentication, publicUrl: core.settings.publicUrl };
    checkOrigin(rules, { method: request.method, path: pathOf(request), headers: request.headers });
    request.principal = await authenticate(authentication, request, access);
    if (access === 'open') return;
    rates.take(request.principal, request.ip);
    await counted?.claim(callerOf(request.principal, request.ip));
  });
  // Otherwise, closing would wait for connections that become idle after the stop began.
  app.addHook('onSend', async (_request, reply) => {
    if (context.draining.aborted) void reply.header('connection', 'close');
  });
}

/** Closes a connection with ambiguous requests, because nothing else on it can be trusted. */
function checkHostOnce(request: FastifyRequest, reply: FastifyReply): void {
  try {
    checkHost(request.raw);
  } catch (error) {
    void reply.header('connection', 'close');
    throw error;
  }
}

/** Called once, when the answer is sent or its reader is gone; Fastify's own hook misses the latter. */
function atEnd(reply: FastifyReply, effect: () => void): void {
  let isDone = false;
  const run = () => {
    if (!isDone) effect();
    isDone = true;
  };
  reply.raw.once('finish', run).once('close', run);
}

/** After an early answer, the rest of the body is read and dropped for a while before the connection is closed. */
function lingerOver(request: FastifyRequest, lingerMs: number): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  const end = setTimeout(() => raw.destroy(), lingerMs);
  end.unref();
  raw.once('end', () => clearTimeout(end)).once('close', () => clearTimeout(end));
  raw.resume();
}

/** One log line and one measurement per request; never a body, a header or a query. */
function observeRequests(app: FastifyInstance, { core, metrics }: HttpContext): void {
  app.addHook('onRequest', async (request, reply) => {
    const startedAt = performance.now();
    atEnd(reply, () => observe(request, reply, performance.now() - startedAt));
  });
  const observe = (request: FastifyRequest, reply: FastifyReply, durationMs: number) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    metrics.request(route, request.method, reply.statusCode, durationMs / 1_000);
    core.logger[reply.statusCode >= 500 ? 'warn' : 'info']('request', {
      requestId: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      durationMs: Math.round(durationMs * 10) / 10,
      address: request.ip,
      ...(request.principal?.kind === 'key' && { keyId: request.principal.keyId }),
      ...(request.errorCode !== null && { code: request.errorCode }),
      ...(!reply.raw.writableFinished && { aborted: true }),
    });
  };
}

/** Serves the UI to browsers for unknown addresses; it shows its own error. */
function wantsPage(request: FastifyRequest): boolean {
  const accepts = request.headers.accept?.includes('text/html') === true;
  return request.method === 'GET' && accepts && !/^\/(api|static)(\/|$)/.test(pathOf(request));
}

/** The path without its query, cut. */
function pathOf(request: { url: string }): string {
  return request.url.split('?', 1)[0]!.slice(0, 500);
}
