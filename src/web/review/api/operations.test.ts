import { expect, it } from 'vitest';
import { resourceOperations } from '../../../contract/v1/operations.ts';
import { operationAddresses, type OperationName } from './operations.ts';

it('the addresses of the operations are those of the contract', () => {
  for (const [name, { method, path }] of Object.entries(operationAddresses)) {
    const { [name as OperationName]: operation } = resourceOperations;
    expect({ name, method: operation.method, path: operation.path }).toEqual({ name, method, path });
  }
});
