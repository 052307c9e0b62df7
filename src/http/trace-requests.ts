import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Span, Tracer } from '../ports/tracer.ts';

/**
 * A span for each request of the API, named after its route: never with an address, a header or a body. What waits by
 * design is traced only for callers that have a trace.
 */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  if (!tracer.isOn) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  const goOn = (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else span.run(done);
  };
  app.addHook('onRequest', (request, reply, done) => {
    const span = beginRequest(tracer, request);
    if (span === null) return done();
    spans.set(request, span);
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      const { statusCode } = reply.raw;
      span.set({ 'http.response.status_code': statusCode });
      span.end(statusCode >= 500 ? (request.errorCode ?? String(statusCode)) : undefined);
    };
    reply.raw.once('finish', end).once('close', end);
    span.run(done);
  });
  // Reading a body ends in an event of the connection, which knows nothing of the span.
  app.addHook('preValidation', goOn);
}

function beginRequest(tracer: Tracer, request: FastifyRequest): Span | null {
  const { url: route, config } = request.routeOptions;
  const { traceparent } = request.headers;
  const parent = typeof traceparent === 'string' ? traceparent : null;
  if (route?.startsWith('/api/') !== true || (config.longLived === true && parent === null)) return null;
  return tracer.begin({
    name: `${request.method} ${route}`,
    kind: 'server',
    parent,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'dpxdt.request_id': request.id,
    },
  });
}
