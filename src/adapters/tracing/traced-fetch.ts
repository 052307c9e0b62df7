import type { Tracer } from '../../ports/tracer.ts';

interface Request {
  method: string;
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** The part of `fetch` that clients use. */
type Fetch<Init> = (url: string, init: Init) => Promise<Response>;

/** A span for each request that is part of traced work; the server continues its trace. */
export function tracedFetch<Init extends Request>(tracer: Tracer, send: Fetch<Init>): Fetch<Init> {
  if (!tracer.isOn) return send;
  return (url, init) => {
    if (tracer.current() === null) return send(url, init);
    const { hostname, pathname, port, protocol } = new URL(url);
    const options = {
      name: init.method,
      kind: 'client',
      attributes: {
        'http.request.method': init.method,
        'server.address': hostname,
        'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
        'url.path': pathname,
      },
    } as const;
    const span = tracer.begin(options);
    const { traceparent } = span;
    const headers = traceparent === null ? init.headers : { ...init.headers, traceparent };
    return send(url, { ...init, headers }).then(
      (response) => {
        span.set({ 'http.response.status_code': response.status });
        span.end();
        return response;
      },
      (error: unknown) => {
        span.end(isCanceled(init.signal) ? undefined : 'no_answer');
        throw error;
      },
    );
  };
}

/** The caller no longer wants the answer; a time limit is a failure. */
function isCanceled({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Error && reason.name === 'TimeoutError');
}
