import type { FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Operation } from '../../contract/operation.ts';
import { readParameters } from '../../contract/parameters.ts';
import type { Principal } from '../../domain/people/access.ts';
import { callerNetwork } from '../../domain/network/network-address.ts';
import { checkCiKey } from '../access/ci-keys.ts';
import { duplicateParameter, readForm, type Fields } from '../body/fields.ts';
import type { ApiRequest, RouteAccess } from '../deps.ts';

/** One call of an operation. */
export interface Call<Parameters extends z.ZodObject> {
  parameters: z.output<Parameters>;
  principal: Principal;
  request: ApiRequest;
  reply: FastifyReply;
  /** The raw values, as they were sent. */
  sent: Fields;
  /** Rate limiting key for anonymous callers: the address, for IPv6 its /64. */
  address: string;
}

/** The caller's cached copy is current. */
export const notModified = Symbol('not modified');
type NotModified = typeof notModified;

/** Serves an operation: reads its parameters, calls the handler, answers JSON. */
export function serve<Parameters extends z.ZodObject, Answer extends z.ZodObject>(
  app: FastifyInstance,
  operation: Operation<Parameters, Answer>,
  handle: (call: Call<Parameters>) => Promise<Omit<z.output<Answer>, 'success'> | NotModified>,
  options: { access?: RouteAccess; longLived?: boolean } = {},
): void {
  const saysSuccess = Object.hasOwn(operation.answer.shape, 'success');
  app.route({
    method: operation.method,
    url: routePath(operation),
    config: {
      // Open to anyone, but still counts as a running request.
      access: options.access ?? (operation.access === 'open' ? 'read' : operation.access),
      longLived: options.longLived ?? false,
      takesFile: operation.takesFile,
    },
    handler: async (request, reply) => {
      const call = request as ApiRequest;
      checkCiKey(request.principal, operation);
      const sent = sentFields(operation, call);
      const answer = await handle({
        parameters: readParameters(operation.parameters, sent),
        principal: request.principal,
        request: call,
        reply,
        sent,
        address: callerNetwork(request.ip),
      });
      if (answer === notModified) return reply.code(304).send();
      return saysSuccess ? { success: true, ...answer } : answer;
    },
  });
}

/** Path parameters in Fastify's notation. */
export function routePath({ path }: Pick<Operation, 'path'>): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/**
 * The parameters from the method's source: the query of a GET, the body of a POST, plus path
 * parameters.
 *
 * @throws AppError `duplicate_parameter` when body and query both have a parameter of the operation
 */
export function sentFields(operation: Operation, request: ApiRequest): Fields {
  const query = queryOf(request.url);
  if (operation.method === 'GET') return Object.assign(query, request.params);
  const fields = request.body?.fields ?? readForm('');
  for (const name of Object.keys(query)) {
    if (Object.hasOwn(fields, name) && Object.hasOwn(operation.parameters.shape, name))
      throw duplicateParameter(name);
  }
  return Object.assign(fields, request.params);
}

function queryOf(url: string): Fields {
  const start = url.indexOf('?');
  return readForm(start < 0 ? '' : url.slice(start + 1));
}
