import { addresses, type Address, type Addresses, type OperationName } from '../contract/addresses.ts';
import type { CamelKeys, DeepCamel } from '../contract/letter-case.ts';
import type { AnswerOf, ParametersOf } from '../contract/operation.ts';
import type { operations } from '../contract/operations.ts';
import { answerOf } from './answer.ts';
import { download, type Downloaded } from './download.ts';
import { requestOf, type Sent } from './request.ts';
import { Transport, type CallOptions, type TransportOptions } from './transport.ts';

type Operations = typeof operations;

/** Input of a method: the operation's parameters in camelCase. */
export type Parameters<Name extends OperationName> = CamelKeys<ParametersOf<Operations[Name]>>;
/** Output of a method: the operation's answer in camelCase. */
export type Answer<Name extends OperationName> = DeepCamel<AnswerOf<Operations[Name]>>;

type Result<Name extends OperationName> = Addresses[Name] extends { answers: 'bytes' }
  ? Downloaded
  : Answer<Name>;

type Method<Name extends OperationName> = Addresses[Name] extends { parameters: 'none' }
  ? (options?: CallOptions) => Promise<Result<Name>>
  : Record<never, never> extends Parameters<Name>
    ? (parameters?: Parameters<Name>, options?: CallOptions) => Promise<Result<Name>>
    : (parameters: Parameters<Name>, options?: CallOptions) => Promise<Result<Name>>;

/** What is sent or read otherwise than as one JSON text, and has a method written by hand. */
type Special = { takesFile: true } | { answers: 'events' };

/** One method per operation, under its name in the table of addresses. */
export type OperationMethods = {
  [Name in keyof Addresses as Addresses[Name] extends Special ? never : Name]: Method<Name>;
};

class Methods {
  protected readonly transport: Transport;

  constructor(options: TransportOptions) {
    this.transport = new Transport(options);
  }

  static {
    for (const [name, address] of Object.entries<Address>(addresses)) {
      if (address.takesFile === true || address.answers === 'events') continue;
      const takesNone = address.parameters === 'none';
      const value = function (this: Methods, ...given: (Sent | CallOptions | undefined)[]) {
        const [parameters, options] = takesNone ? [{}, given[0]] : given;
        return call(this.transport, address, (parameters ?? {}) as Sent, options ?? {});
      };
      Object.defineProperty(this.prototype, name, { value, writable: true, configurable: true });
    }
  }
}

/** The methods that are made of the table of addresses. */
export const OperationClient = Methods as new (options: TransportOptions) => Methods & OperationMethods;

function call(transport: Transport, address: Address, parameters: Sent, options: CallOptions) {
  const attempt = { ...requestOf(address, parameters), ...options };
  const { sha1sum } = parameters;
  if (address.answers === 'bytes')
    return download(transport, attempt, typeof sha1sum === 'string' ? sha1sum : '');
  return transport.sendAndRead(attempt, answerOf<unknown>);
}
