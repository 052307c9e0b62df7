/** What a trace knows of a piece of work. Never secrets, queries of addresses, or what people wrote. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  /** Few different ones, such as `POST /api/request_run`. */
  name: string;
  /** `server` answers a request, `client` sends one, `consumer` works on a task; default `internal`. */
  kind?: 'internal' | 'server' | 'client' | 'consumer';
  attributes?: SpanAttributes;
  /** The `traceparent` of the work that caused this one, here or elsewhere; default: the current span. */
  parent?: string | null | undefined;
  /** `traceparent`s of other work that this one is done for, too. */
  links?: readonly string[];
}

/** A piece of work that has begun. */
export interface Span {
  /** Its `traceparent` (W3C Trace Context, version 00) for those who continue the trace; null if there is no trace. */
  readonly traceparent: string | null;
  set(attributes: SpanAttributes): void;
  /** Does work whose spans are part of this one. */
  run<T>(work: () => T): T;
  /** @param problem an error code if it failed */
  end(problem?: string): void;
}

/** Records how long each part of some work takes, across processes. */
export interface Tracer {
  /** Whether anything is recorded. */
  readonly isOn: boolean;
  /** The `traceparent` of the current span, or null. */
  current(): string | null;
  /** Begins a span; it ends with its `end`. */
  begin(options: SpanOptions): Span;
  /** Does work as a span; it ends with the work, as failed if that throws. */
  span<T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>;
}

const noSpan: Span = {
  traceparent: null,
  set: () => undefined,
  run: (work) => work(),
  end: () => undefined,
};

/** Records nothing. */
export const noTracer: Tracer = {
  isOn: false,
  current: () => null,
  begin: () => noSpan,
  span: (_options, work) => work(noSpan),
};
