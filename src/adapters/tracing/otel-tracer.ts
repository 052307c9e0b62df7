import { AsyncLocalStorage } from 'node:async_hooks';
import type * as api from '@opentelemetry/api';
import type { Context, Span as OtelSpan, SpanContext } from '@opentelemetry/api';
import type * as sdk from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { AppError } from '../../base/errors.ts';
import type { Span, SpanAttributes, SpanOptions, Tracer } from '../../ports/tracer.ts';
import { redact } from '../log/redact.ts';
import type { SamplerChoice } from './otel-settings.ts';

export interface OtelTracerOptions {
  /** Used unless the environment names the service. */
  serviceName: string;
  version: string;
  sampler: SamplerChoice;
  /** Receives one sentence when spans cannot be sent, again only after some could. */
  warn: (sentence: string) => void;
}

export interface RunningTracer {
  tracer: Tracer;
  /** Sends what is left, for at most `flushMs`. */
  stop: () => Promise<void>;
}

/** An unreachable collector must not keep a tool from ending. */
const flushMs = 3_000;
const maxAttributeLength = 1_000;

/**
 * Sends spans to an OpenTelemetry collector. Its packages are optional; the exporter reads `OTEL_EXPORTER_OTLP_…` itself.
 *
 * @throws an error with the code `ERR_MODULE_NOT_FOUND` if a package is missing
 */
export async function startOtelTracer(options: OtelTracerOptions): Promise<RunningTracer> {
  const [api, sdk, resources, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
  ]);
  const exporter = new OTLPTraceExporter();
  const send = exporter.export.bind(exporter);
  let isTroubled = false;
  exporter.export = (spans, done) =>
    send(spans, (result) => {
      const hasFailed = result.error !== undefined;
      if (hasFailed && !isTroubled) options.warn(`Traces cannot be sent: ${result.error!.message}.`);
      isTroubled = hasFailed;
      done(result);
    });
  const resource = resources
    .resourceFromAttributes({ 'service.name': options.serviceName, 'service.version': options.version })
    .merge(resources.detectResources({ detectors: [resources.envDetector] }));
  const provider = new sdk.TracerProvider({
    resource,
    sampler: samplerOf(sdk, options.sampler),
    spanLimits: { attributeValueLengthLimit: maxAttributeLength },
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  return {
    tracer: tracerOf(api, provider.getTracer('dpxdt', options.version)),
    async stop() {
      const limit = new Promise<void>((resolve) => setTimeout(resolve, flushMs).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), limit]);
    },
  };
}

type Api = typeof api;
type Sdk = typeof sdk;

function samplerOf(sdk: Sdk, choice: SamplerChoice): Sampler {
  const root =
    choice.ratio === 1
      ? new sdk.AlwaysOnSampler()
      : choice.ratio === 0
        ? new sdk.AlwaysOffSampler()
        : new sdk.TraceIdRatioBasedSampler(choice.ratio);
  return choice.followsParent ? new sdk.ParentBasedSampler({ root }) : root;
}

function tracerOf(api: Api, otel: api.Tracer): Tracer {
  // The global one would make libraries add spans, which were not checked for secrets.
  const contexts = new AsyncLocalStorage<Context>();
  const kinds = {
    internal: api.SpanKind.INTERNAL,
    server: api.SpanKind.SERVER,
    client: api.SpanKind.CLIENT,
    consumer: api.SpanKind.CONSUMER,
  };

  function contextOf(parent: SpanOptions['parent']): Context {
    if (parent === undefined) return contexts.getStore() ?? api.ROOT_CONTEXT;
    const remote = parent === null ? null : readTraceparent(parent);
    return remote === null ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
  }

  function begin({ name, kind = 'internal', attributes = {}, parent, links = [] }: SpanOptions): Span {
    const context = contextOf(parent);
    const span = otel.startSpan(
      name,
      {
        kind: kinds[kind],
        attributes: withoutSecrets(attributes),
        links: links.flatMap((link) => {
          const linked = readTraceparent(link);
          return linked === null ? [] : [{ context: linked }];
        }),
      },
      context,
    );
    const inner = api.trace.setSpan(context, span);
    return {
      traceparent: writeTraceparent(span),
      set: (more) => void span.setAttributes(withoutSecrets(more)),
      run: (work) => contexts.run(inner, work),
      end(problem) {
        if (problem !== undefined) {
          span.setAttribute('error.type', problem);
          span.setStatus({ code: api.SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  }

  return {
    isOn: true,
    current() {
      const span = api.trace.getSpan(contexts.getStore() ?? api.ROOT_CONTEXT);
      return span === undefined ? null : writeTraceparent(span);
    },
    begin,
    async span(options, work) {
      const span = begin(options);
      try {
        const result = await span.run(() => work(span));
        span.end();
        return result;
      } catch (error) {
        span.end(error instanceof AppError ? error.code : 'internal');
        throw error;
      }
    },
  };
}

function withoutSecrets(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return redact(attributes) as Record<string, string | number | boolean>;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; later versions begin alike. */
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

function readTraceparent(text: string): SpanContext | null {
  const [, traceId, spanId, flags] = traceparentPattern.exec(text.slice(0, 100)) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

function writeTraceparent(span: OtelSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`;
}
