import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addresses, type Address } from '../../src/contract/addresses.ts';

it('the page about the client names exactly the methods that are not repeated', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/client.md'), 'utf8');
  const sentences = /These calls are not: ([^]*?)\. Each attempt/.exec(page)![1]!;
  const named = [...sentences.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
  const once = Object.entries<Address>(addresses)
    .filter(([, { repeatable }]) => repeatable !== true)
    .map(([name]) => name);
  expect(named.filter((name) => name !== 'taskId').toSorted()).toEqual(once.toSorted());
});
