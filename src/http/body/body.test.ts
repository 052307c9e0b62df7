import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { boundedBody, readText } from './bounded-body.ts';
import { readForm, readJson } from './fields.ts';
import { readMultipart } from './multipart.ts';

const limits = { maxFieldBytes: 1_000, maxParts: 10 };
const bodyLimits = { maxBytes: 1_000, slowBodyGraceMs: 10_000, minBytesPerSecond: 1_024 };
const headers = { 'content-type': 'multipart/form-data; boundary=XX' };

function part(disposition: string, content: string): string {
  return `--XX\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
}
const field = (name: string, value: string) => part(`name="${name}"`, value);
const file = (content: string) => part('name="file"; filename="a.txt"', content);

/** The body in pieces of one size, so that every boundary falls everywhere once. */
function pieces(text: string, size: number): Readable {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.subarray(start, start + size));
  return Readable.from(chunks, { objectMode: false });
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`no AppError: ${String(error)}`);
  return error.code;
}

describe('readMultipart', () => {
  it.each([1, 7, 64, 10_000])('takes fields before and after the file, in pieces of %d', async (size) => {
    const body = pieces(`${field('a', '1')}${file('hello\r\nworld')}${field('b', 'ü')}--XX--\r\n`, size);
    const read = await readMultipart(body, headers, limits, (taken) => collect(taken.content));
    expect({ ...read.fields }).toEqual({ a: '1', b: 'ü' });
    expect(read.file).toBe('hello\r\nworld');
  });

  it.each([
    ['a repeated field', field('a', '1') + field('a', '1'), 'duplicate_parameter'],
    ['two files', file('x') + file('y'), 'invalid_argument'],
    ['a field that is too long', field('a', 'x'.repeat(1_001)), 'too_large'],
    [
      'fields that are too long together',
      field('a', 'x'.repeat(600)) + field('b', 'x'.repeat(600)),
      'too_large',
    ],
    [
      'too many parts',
      Array.from({ length: 12 }, (_, index) => field(`f${index}`, '1')).join(''),
      'too_large',
    ],
    ['a huge part name', field('n'.repeat(20_000), '1'), 'too_large'],
  ])('refuses %s', async (_what, parts, code) => {
    const reading = readMultipart(pieces(`${parts}--XX--\r\n`, 512), headers, limits, (taken) =>
      collect(taken.content),
    );
    expect(await refusal(reading)).toBe(code);
  });

  it('refuses a file where none is taken', async () => {
    expect(await refusal(readMultipart(pieces(`${file('x')}--XX--\r\n`, 9), headers, limits))).toBe(
      'invalid_argument',
    );
  });

  it.each(['', '--XX', `${field('a', '1')}`, file('cut').slice(0, -3), 'no multipart at all'])(
    'refuses what is broken off: %j',
    async (text) => {
      const reading = readMultipart(pieces(text, 16), headers, limits, (taken) => collect(taken.content));
      expect(await refusal(reading)).toBe('invalid_argument');
    },
  );

  it('refuses a body without a boundary', async () => {
    const reading = readMultipart(pieces('', 1), { 'content-type': 'multipart/form-data' }, limits);
    expect(await refusal(reading)).toBe('invalid_argument');
  });

  it('stops at the first failure of who takes the file', async () => {
    const body = pieces(`${file('x'.repeat(5_000))}--XX--\r\n`, 100);
    const reading = readMultipart(body, headers, limits, async (taken) => {
      await taken.content[Symbol.asyncIterator]().next();
      throw new AppError('storage_full', 'Full.');
    });
    expect(await refusal(reading)).toBe('storage_full');
  });
});

describe('boundedBody', () => {
  it('hands everything on up to the limit', async () => {
    expect(await readText(pieces('x'.repeat(1_000), 10), bodyLimits)).toHaveLength(1_000);
  });

  it('refuses one byte more', async () => {
    expect(await refusal(readText(pieces('x'.repeat(1_001), 10), bodyLimits))).toBe('too_large');
  });

  it('refuses text that is no UTF-8', async () => {
    expect(await refusal(readText(Readable.from([Buffer.from([0xff, 0xfe])]), bodyLimits))).toBe(
      'invalid_argument',
    );
  });

  it('refuses a body that comes too slowly', async () => {
    const silent = new Readable({ read() {} });
    const bounded = boundedBody(silent, { ...bodyLimits, slowBodyGraceMs: 20 });
    await expect(collect(bounded)).rejects.toThrow('too slowly');
  });

  it('that nobody reads does not end the process', async () => {
    const bounded = boundedBody(new Readable({ read() {} }), { ...bodyLimits, slowBodyGraceMs: 5 });
    await new Promise((resolve) => bounded.once('close', resolve));
    expect(bounded.destroyed).toBe(true);
  });

  it('refuses a body that breaks off', async () => {
    const broken = new Readable({ read() {} });
    const bounded = boundedBody(broken, bodyLimits);
    const reading = collect(bounded);
    broken.destroy();
    await expect(reading).rejects.toThrow('was cut short');
  });
});

describe('fields', () => {
  it('decodes a form', () => {
    expect({ ...readForm('a=1+2&b=%C3%BC&c=') }).toEqual({ a: '1 2', b: 'ü', c: '' });
  });

  it('refuses a repeated parameter of a form and of JSON', () => {
    expect(() => readForm('a=1&a=2')).toThrow('a was sent more than once');
    expect(() => readJson('{"a": 1, "b": {"x": 1, "x": 2}, "\\u0061": 2}')).toThrow('"a" twice');
  });

  it('keeps repeated names inside values, and names that only look repeated', () => {
    expect({ ...readJson('{"a": "a", "b": [{"a": 1}, ":"], "c": "\\"a\\":"}') }).toEqual({
      a: 'a',
      b: [{ a: 1 }, ':'],
      c: '"a":',
    });
  });

  it('never touches a prototype', () => {
    const fields = readJson('{"__proto__": {"polluted": true}, "constructor": 1}');
    expect(Object.getPrototypeOf(fields)).toBeNull();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    '[1]',
    '"x"',
    '1',
    '{',
    '{"a": }',
    '{"a" 1}',
    `${'['.repeat(100_000)}`,
    `{"a":${'['.repeat(5_000)}`,
  ])('refuses %.20s', (text) => {
    expect(() => readJson(text)).toThrow(AppError);
  });
});
