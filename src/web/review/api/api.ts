import { operationAddresses, type Answer, type Parameters } from './operations.ts';
import { callOperation, type CallOptions } from './request.ts';

type Api = {
  [Name in keyof typeof operationAddresses]: (
    parameters: Parameters<Name>,
    options?: CallOptions,
  ) => Promise<Answer<Name>>;
};

/**
 * The resource API: one function per operation, in camelCase.
 *
 * @throws ApiProblem, or the signal's reason
 */
export const api: Api = Object.fromEntries(
  Object.entries(operationAddresses).map(([name, address]) => [
    name,
    (parameters: Readonly<Record<string, unknown>>, options?: CallOptions) =>
      callOperation(address, parameters, options),
  ]),
) as unknown as Api;
