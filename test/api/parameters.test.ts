import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRelease } from '../../src/contract/original/create-release.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { allOperations, validParameters } from './support/samples.ts';
import { encodings, send, type Encoding, type Sent } from './support/send.ts';
import { basic, startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await server.client().createRelease({ buildId: server.buildA, releaseName: 'r' });
});
afterAll(() => server.close());

interface ParameterSchema {
  type: string | string[];
  maxLength?: number;
  maximum?: number;
  pattern?: string;
  enum?: string[];
}

interface Case {
  what: string;
  parameter: string;
  parameters: () => Sent;
  /** A word of the sentence beside the parameter's name. */
  says: string;
  encodings: readonly Encoding[];
}

function casesOf(operation: Operation): Case[] {
  const { properties, required = [] } = z.toJSONSchema(operation.parameters, {
    io: 'input',
    unrepresentable: 'any',
  }) as {
    properties: Record<string, ParameterSchema>;
    required?: string[];
  };
  const inBody = Object.keys(properties).filter((name) => !operation.path.includes(`{${name}}`));
  const valid = () => validParameters(server, operation);
  const without = (parameter: string) => valid().filter(([name]) => name !== parameter);
  const all: readonly Encoding[] =
    operation.method === 'GET' ? ['form'] : operation.takesFile ? ['multipart'] : encodings;
  return inBody.flatMap((parameter): Case[] => {
    const schema = properties[parameter]!;
    const wrong = wrongValues(schema);
    const sample = wrong.sample;
    return [
      ...(required.includes(parameter)
        ? [
            { what: 'missing', parameters: () => without(parameter), says: 'missing', encodings: all },
            {
              what: 'empty',
              parameters: (): Sent => [...without(parameter), [parameter, '']],
              says: 'empty',
              encodings: all,
            },
          ]
        : []),
      {
        what: 'duplicate',
        parameters: (): Sent => [...without(parameter), [parameter, sample], [parameter, sample]],
        says: '',
        encodings: all,
      },
      ...wrong.texts.map(([what, value]) => ({
        what,
        parameters: (): Sent => [...without(parameter), [parameter, value] as [string, string]],
        says: '',
        encodings: all,
      })),
      ...wrong.values.map((value) => ({
        what: `JSON ${JSON.stringify(value)}`,
        parameters: (): Sent => [...without(parameter), [parameter, value] as [string, never]],
        says: '',
        encodings: all.filter((encoding) => encoding === 'json'),
      })),
    ].map((found) => ({ ...found, parameter }));
  });
}

/** Values that a parameter of this kind must refuse, and one that is only wrong by being there twice. */
function wrongValues(schema: ParameterSchema): {
  texts: [string, string][];
  values: unknown[];
  sample: string;
} {
  const type = [schema.type].flat()[0];
  switch (type) {
    case 'integer':
      return {
        texts: [
          ['no number', 'x1'],
          ['a fraction', '1.5'],
          ['too large', String(schema.maximum! + 1)],
          ['negative', '-1'],
          ['far too large', '9'.repeat(400)],
          ...['01', '1.0', '+1', ' 1', '1 ', '1e0', '0x1', '-0', '1_0', '１'].map(
            (text): [string, string] => [`spelled ${JSON.stringify(text)}`, text],
          ),
        ],
        values: [true, 1.5, [1], { a: 1 }, '01', '1.0', ' 1'],
        sample: '1',
      };
    case 'number':
      return {
        texts: [
          ['no number', 'x'],
          ['too large', '1.01'],
          ['NaN', 'NaN'],
          ['negative', '-0.1'],
        ],
        values: [true, [0]],
        sample: '0',
      };
    case 'object':
      return {
        texts: [
          ['no JSON', '{'],
          ['a list', '[1]'],
          ['nested too deep', '{"a":'.repeat(200)],
        ],
        values: [1, 'x', [1]],
        sample: '{}',
      };
    case 'array':
      return {
        texts: [
          ['no JSON', '['],
          ['an object', '{}'],
          ['of wrong members', '[{"run_id":"x"}]'],
        ],
        values: [1, {}],
        sample: '[]',
      };
    case 'boolean':
      return { texts: [['no boolean', 'perhaps']], values: [2, []], sample: 'true' };
    default:
      if (schema.enum !== undefined)
        return { texts: [['an unknown word', 'x']], values: [1, true], sample: schema.enum[0]! };
      if (schema.pattern !== undefined) {
        return {
          texts: [
            ['no digest', 'x'.repeat(40)],
            ['too long', 'a'.repeat(41)],
          ],
          values: [1, {}],
          sample: 'a'.repeat(40),
        };
      }
      return {
        texts: [['too long', 'x'.repeat(schema.maxLength! + 1)]],
        values: [[schema.type].flat().includes('boolean') ? 1 : 7, { a: 1 }, ['x']],
        sample: 'x',
      };
  }
}

describe.each(allOperations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (_name, operation) => {
    it('refuses every wrong parameter with 400 and its name, in every encoding', async () => {
      const cases = casesOf(operation).flatMap((found) =>
        found.encodings.map((encoding) => ({ ...found, encoding })),
      );
      for (const { what, parameter, parameters, says, encoding } of cases) {
        const file = operation.takesFile ? { name: 'a.txt', bytes: 'x' } : undefined;
        const { status, body } = await send(server, operation, parameters(), { encoding, file });
        const where = `${operation.name}.${parameter} ${what} as ${encoding}: ${JSON.stringify(body)}`;
        expect(status, where).toBe(400);
        expect(body['error'], where).toContain(parameter);
        expect(body['error'], where).toContain(says);
        expect((body['details'] as { parameter: string }).parameter, where).toBe(parameter);
        expect(body['request_id'], where).toMatch(/^[\w-]{20,}$/);
        if (what === 'duplicate') expect(body['code'], where).toBe('duplicate_parameter');
        expect(Object.keys(body).sort(), where).toEqual(['code', 'details', 'error', 'request_id']);
      }
    });

    it('ignores unknown parameters and what only the server may set', async () => {
      const extra: Sent = [
        ['superuser', '1'],
        ['status', 'live'],
        ['unknown', 'x'],
      ];
      if (operation.name === 'watch_release') return;
      const wanted = validParameters(server, operation);
      const known = Object.keys(operation.parameters.shape);
      const file = operation.takesFile ? { name: 'a.txt', bytes: 'x' } : undefined;
      const { status, body } = await send(
        server,
        operation,
        [...wanted, ...extra.filter(([name]) => !known.includes(name))],
        { file },
      );
      // No sample is a token that a CI system has signed.
      const answers = operation.name === 'exchange_ci_token' ? [403] : [200, 404, 409];
      expect(answers, JSON.stringify(body)).toContain(status);
      // Superusers ask for superuser keys elsewhere, on purpose.
      if (status === 200 && !operation.path.startsWith('/api/v1/keys')) {
        expect(JSON.stringify(body)).not.toContain('"superuser":true');
      }
    });
  },
);

it('takes a parameter from one source: the body of a POST', async () => {
  const body = new URLSearchParams({ build_id: String(server.buildA), release_name: 'q' });
  const post = async (query: string, fields: URLSearchParams) => {
    const response = await fetch(`${server.url}${createRelease.path}?${query}`, {
      method: 'POST',
      headers: basic(server.keyA),
      body: fields,
    });
    return { status: response.status, body: (await response.json()) as { code: string; error: string } };
  };
  const both = await post(`build_id=${server.buildB}`, body);
  expect(both).toMatchObject({ status: 400, body: { code: 'duplicate_parameter' } });
  const onlyQuery = await post(`build_id=${server.buildA}`, new URLSearchParams({ release_name: 'q' }));
  expect(onlyQuery).toMatchObject({ status: 400, body: { error: 'build_id is missing.' } });
  const unrelated = await post('utm=1', body);
  expect(unrelated.status).toBe(200);
});
