/** One trace from a tool through the server and the worker, as an OpenTelemetry collector receives it. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { noTracer } from '../../src/ports/tracer.ts';
import { DepictedClient } from '../../src/client/index.ts';
import { startTracing, tracedClient } from '../../src/compose/tracing.ts';
import { tracedStore } from '../../src/adapters/tracing/traced-store.ts';
import { httpTaskServer } from '../../src/worker/index.ts';
import { fakeCapturer, fakePage } from '../support/fake-ports.ts';
import { startOtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { openWorkerWorld, requestRelease, settled } from '../support/worker-world.ts';

const secret = 'c0ffee-secret';

/** Where the packages are not installed. */
const withoutPackages = `
  import { registerHooks } from 'node:module';
  const asked = [];
  registerHooks({
    resolve(specifier, context, next) {
      if (!specifier.startsWith('@opentelemetry/')) return next(specifier, context);
      asked.push(specifier);
      throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
    },
  });
  const { startTracing } = await import(process.argv[1]);
  const sentences = [];
  const warn = (sentence) => sentences.push(sentence);
  await startTracing({}, '1.2.3', warn);
  const whenOff = asked.length;
  await startTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }, '1.2.3', warn);
  console.log(JSON.stringify({ whenOff, sentences }));
`;

/** A tracer as each process has one; its exporter reads the environment. */
async function tracingAs(service: string, endpoint: string, more: Record<string, string> = {}) {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: service, ...more };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const warnings: string[] = [];
  const tracing = await startTracing(env, '1.2.3', (sentence) => void warnings.push(sentence));
  onTestFinished(() => tracing.stop());
  return { ...tracing, warnings };
}

describe('with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  it('a run is one trace from the tool through the server, the capture and the comparison', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const receiver = await startOtlpReceiver();
    const parts = {
      server: await tracingAs('server', receiver.url),
      worker: await tracingAs('worker', receiver.url),
      tool: await tracingAs('tool', receiver.url, {
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${secret}`,
      }),
    };
    const opened = await openWorkerWorld(({ store }) => ({
      tracer: parts.server.tracer,
      store: tracedStore(store, parts.server.tracer, 'sqlite'),
    }));
    const client = new DepictedClient({ server: opened.url, ...tracedClient(parts.tool.tracer) });
    const world = { ...opened, client };
    const page = (path: string) => ({
      url: `https://shop.test/${path}?token=${secret}`,
      refUrl: `https://shop.test/old/${path}`,
    });
    const release = await parts.tool.tracer.span({ name: 'dpxdt diff-my-urls' }, () =>
      requestRelease(world, { '/': page('') }),
    );
    const workerClient = new DepictedClient({
      server: opened.url,
      maxAttempts: 1,
      ...tracedClient(parts.worker.tracer),
    });
    const worker = world.work(
      {
        tracer: parts.worker.tracer,
        server: httpTaskServer(workerClient),
        capturer: fakeCapturer(({ url, onStage }) => {
          for (const stage of ['loading', 'shooting']) onStage?.(stage);
          return fakePage(url);
        }),
      },
      { maxIdleMs: 300, heartbeatMs: 60_000 },
    );
    await settled(opened, release);
    await worker.ended;
    for (const part of Object.values(parts)) await part.stop();

    const { spans } = receiver;
    const root = spans.find(({ name }) => name === 'dpxdt diff-my-urls')!;
    const ofTrace = spans.filter(({ traceId }) => traceId === root.traceId);
    const byId = new Map(ofTrace.map((span) => [span.spanId, span]));
    const pathOf = ({ service, name, parentId }: ReceivedSpan): string[] => [
      ...(parentId === '' ? [] : pathOf(byId.get(parentId)!)),
      `${service}: ${name}`,
    ];
    const paths = new Set(ofTrace.map((span) => pathOf(span).join(' > ')));
    const requested = 'tool: dpxdt diff-my-urls > tool: POST > server: POST /api/request_run';
    const captured = `${requested} > worker: task capture`;
    expect([...paths]).toEqual(
      expect.arrayContaining([
        `${requested} > server: change runs > server: store transaction`,
        `${captured} > worker: capture loading`,
        `${captured} > worker: capture shooting`,
        `${captured} > worker: POST > server: POST /api/upload`,
      ]),
    );
    const compared = [...paths].find((path) => path.endsWith('worker: compare pixels'));
    expect(compared).toBe(
      `${captured} > worker: POST > server: POST /api/report_run > worker: task run-pdiff > worker: compare pixels`,
    );
    // The two sides of the run, and their comparison.
    expect(ofTrace.filter(({ name }) => name.startsWith('task '))).toHaveLength(3);
    expect(ofTrace.filter(({ hasFailed }) => hasFailed)).toEqual([]);
    expect(JSON.stringify(spans)).not.toContain(secret);
    expect(JSON.stringify(spans)).not.toContain('shop.test');
    expect(receiver.requests.map(({ path }) => path)).toContain('/v1/traces');
    expect(receiver.requests.at(-1)!.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it('goes on with the trace of a caller, and begins one where its traceparent says nothing', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const receiver = await startOtlpReceiver();
    const { tracer, stop } = await tracingAs('server', receiver.url);
    const { url } = await openWorkerWorld(() => ({ tracer }));
    const foreign = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const ask = async (traceparent: string) =>
      (await fetch(`${url}/api/v1/session`, { headers: { traceparent } })).status;
    expect(await ask(foreign)).toBe(200);
    for (const broken of [
      '',
      'x',
      `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
      `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    ]) {
      expect(await ask(broken)).toBe(200);
    }
    // A caller that is not sampled is not recorded here either.
    expect(await ask(`00-${'d'.repeat(32)}-${'b'.repeat(16)}-00`)).toBe(200);
    await stop();
    const requests = receiver.spans.filter(({ name }) => name === 'GET /api/v1/session');
    expect(requests).toHaveLength(5);
    expect(
      requests.filter(({ traceId, parentId }) => traceId === 'a'.repeat(32) && parentId === 'b'.repeat(16)),
    ).toHaveLength(1);
    expect(requests.filter(({ parentId }) => parentId === '')).toHaveLength(4);
  });
});

describe('tracing', () => {
  it.each([
    [{}, null],
    [{ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' }, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, /must be an http or https URL/],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; known is only "http\/protobuf"/,
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'zipkin' },
      /OTEL_TRACES_EXPORTER is "zipkin"/,
    ],
  ])('is off for %o', async (env, sentence) => {
    const warnings: string[] = [];
    const { tracer } = await startTracing(env, '1.2.3', (warning) => void warnings.push(warning));
    expect(tracer).toBe(noTracer);
    if (sentence === null) expect(warnings).toEqual([]);
    else expect(warnings.join()).toMatch(sentence);
  });

  it('loads no package when it is off, and names the command where they are missing', () => {
    const place = new URL('../../src/compose/tracing.ts', import.meta.url).href;
    const script = ['--input-type=module', '--eval', withoutPackages, place];
    const output = execFileSync(process.execPath, script, { encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      whenOff: 0,
      sentences: [expect.stringMatching(/install their packages with "npm install @opentelemetry\/api@1 /)],
    });
  });

  it('says once that nobody takes the traces, and does not keep the process', async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const { tracer, stop, warnings } = await tracingAs('tool', 'http://127.0.0.1:1', {
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    await tracer.span({ name: 'work' }, async () => undefined);
    await stop();
    expect(warnings).toEqual([expect.stringMatching(/^Traces cannot be sent: /)]);
  });
});
