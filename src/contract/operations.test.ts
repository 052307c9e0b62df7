import { describe, expect, it } from 'vitest';
import { addresses, type Address, type OperationName } from './addresses.ts';
import { snakeName } from './letter-case.ts';
import { operationGroups, operations } from './operations.ts';

const all = Object.entries<Address>(addresses);

it('the shapes stand under the names of their addresses', () => {
  expect(Object.keys(operations)).toEqual(Object.keys(addresses));
  for (const [name, address] of all) {
    const { method, path, ...operation } = operations[name as OperationName];
    expect({ method, path }, name).toEqual({ method: address.method, path: address.path });
    expect(operation.name, name).toBe(address.name ?? snakeName(name));
  }
});

it('no two operations share a name, or a method and path', () => {
  const names = Object.values(operations).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const places = all.map(([, { method, path }]) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(places.length);
});

it('every operation is in one group of the descriptions', () => {
  const grouped = operationGroups.flatMap((group) => group.operations);
  expect(new Set(grouped)).toEqual(new Set(Object.values(operations)));
  expect(grouped).toHaveLength(all.length);
});

describe.each(all)(
  'the address of %s',
  (name, { method, path, repeatable, parameters, holdsFor, ...rest }) => {
    const { shape } = operations[name as OperationName].parameters;

    it('names only parameters of its shape', () => {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      if (typeof repeatable === 'string') named.push(repeatable);
      if (holdsFor !== undefined) named.push(holdsFor);
      expect(Object.keys(shape)).toEqual(expect.arrayContaining(named));
    });

    it('says whether there are any', () => {
      expect(parameters === 'none').toBe(Object.keys(shape).length === 0);
    });

    it('says what is answered, and may be asked again where nothing is changed', () => {
      expect(operations[name as OperationName].answer === null).toBe(rest.answers !== undefined);
      if (method === 'GET') expect(repeatable).toBe(true);
    });
  },
);
