import type { Tracer } from '../../ports/tracer.ts';

/** The part of `fetch` that clients use. */
type Fetch<Init> = (url: string, init: Init) => Promise<Response>;

/** A span for each request that is part of traced work; the server goes on with its trace. */
export function tracedFetch<Init extends { method: string; headers: Record<string, string> }>(
  tracer: Tracer,
  send: Fetch<Init>,
): Fetch<Init> {
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
    return tracer.span(options, async (span) => {
      const { traceparent } = span;
      const headers = traceparent === null ? init.headers : { ...init.headers, traceparent };
      const response = await send(url, { ...init, headers });
      span.set({ 'http.response.status_code': response.status });
      return response;
    });
  };
}
