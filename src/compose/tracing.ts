import { readOtelSettings } from '../adapters/tracing/otel-settings.ts';
import { tracedFetch } from '../adapters/tracing/traced-fetch.ts';
import type { ClientOptions } from '../client/index.ts';
import { noTracer, type Tracer } from '../ports/tracer.ts';

export interface Tracing {
  tracer: Tracer;
  /** Sends what is left; takes seconds at most. */
  stop: () => Promise<void>;
}

const installCommand =
  'npm install @opentelemetry/api@1 @opentelemetry/sdk-trace@3 @opentelemetry/resources@3 @opentelemetry/exporter-trace-otlp-proto@0.301';

/**
 * Traces if the environment asks for them with the standard `OTEL_…` variables. That they cannot be had is no reason to
 * fail: `warn` receives a sentence.
 */
export async function startTracing(
  env: Readonly<Record<string, string | undefined>>,
  version: string,
  warn: (sentence: string) => void,
): Promise<Tracing> {
  const { isOn, sampler, notices } = readOtelSettings(env);
  for (const notice of notices) warn(notice);
  const none = { tracer: noTracer, stop: () => Promise.resolve() };
  if (!isOn) return none;
  try {
    const { startOtelTracer } = await import('../adapters/tracing/otel-tracer.ts');
    return await startOtelTracer({ serviceName: 'dpxdt', version, sampler, warn });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    warn(
      code === 'ERR_MODULE_NOT_FOUND'
        ? `There are no traces, although OTEL_EXPORTER_OTLP_ENDPOINT is set: install their packages with "${installCommand}".`
        : `There are no traces: ${message}.`,
    );
    return none;
  }
}

/** For a client whose requests are part of a trace. */
export function tracedClient(tracer: Tracer): Pick<ClientOptions, 'fetch'> {
  return tracer.isOn ? { fetch: tracedFetch(tracer, (url, init) => fetch(url, init)) } : {};
}
