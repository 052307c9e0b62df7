/** An OpenTelemetry collector's door: takes traces as OTLP over HTTP with protobuf, and keeps the spans. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

export interface ReceivedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Empty: none. */
  parentId: string;
  name: string;
  kind: number;
  durationMs: number;
  attributes: Record<string, string | number | boolean>;
  /** Trace and span id of each link. */
  links: [string, string][];
  hasFailed: boolean;
}

export interface OtlpReceiver {
  url: string;
  spans: ReceivedSpan[];
  /** Of every request. */
  requests: { path: string; headers: IncomingHttpHeaders }[];
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const requests: OtlpReceiver['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url!, headers: request.headers });
    void buffer(request).then((body) => {
      const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      spans.push(...readTraces(bytes));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, requests };
}

type Field = { number: number; bytes: Buffer; value: bigint };

/** https://protobuf.dev/programming-guides/encoding/ */
function fieldsOf(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = Number(varint());
    const field: Field = { number: tag >> 3, bytes: Buffer.alloc(0), value: 0n };
    const type = tag & 7;
    if (type === 0) field.value = varint();
    else if (type === 1) field.value = (field.bytes = take(8)).readBigUInt64LE();
    else if (type === 2) field.bytes = take(Number(varint()));
    else if (type === 5) field.value = BigInt((field.bytes = take(4)).readUInt32LE());
    else throw new Error(`wire type ${type}`);
    fields.push(field);
  }
  return fields;
}

/** The messages of opentelemetry-proto: `trace.proto`, `common.proto`. */
function readTraces(request: Buffer): ReceivedSpan[] {
  return all(request, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(one(resourceSpans, 1), 1);
    return all(resourceSpans, 2)
      .flatMap((scopeSpans) => all(scopeSpans, 2))
      .map((span) => readSpan(span, String(resource['service.name'])));
  });
}

function readSpan(span: Buffer, service: string): ReceivedSpan {
  const number = (wanted: number) => fieldsOf(span).find((field) => field.number === wanted)?.value ?? 0n;
  const status = fieldsOf(one(span, 15)).find((field) => field.number === 3)?.value;
  return {
    service,
    traceId: one(span, 1).toString('hex'),
    spanId: one(span, 2).toString('hex'),
    parentId: one(span, 4).toString('hex'),
    name: one(span, 5).toString(),
    kind: Number(number(6)),
    durationMs: Number(number(8) - number(7)) / 1e6,
    attributes: attributesOf(span, 9),
    links: all(span, 13).map((link) => [one(link, 1).toString('hex'), one(link, 2).toString('hex')]),
    hasFailed: status === 2n,
  };
}

function attributesOf(message: Buffer, number: number): ReceivedSpan['attributes'] {
  return Object.fromEntries(
    all(message, number).map((pair) => {
      const value = fieldsOf(one(pair, 2))[0];
      const read = {
        2: value?.value === 1n,
        3: Number(value?.value),
        4: value?.bytes.length === 8 && value.bytes.readDoubleLE(),
      };
      return [one(pair, 1).toString(), read[value?.number as 2 | 3 | 4] ?? value?.bytes.toString() ?? ''];
    }),
  );
}

const all = (message: Buffer, number: number) =>
  fieldsOf(message).flatMap((field) => (field.number === number ? [field.bytes] : []));

const one = (message: Buffer, number: number): Buffer => all(message, number)[0] ?? Buffer.alloc(0);
