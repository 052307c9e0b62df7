import { z } from 'zod';
import { listErrorCodes } from '../base/errors.ts';
import { errorBody, type Operation } from './operation.ts';
import { operationGroups } from './operations.ts';

type Json = Record<string, unknown>;

/** The API as an OpenAPI 3.1 document, generated from the operations that the server routes by. */
export function openApiDocument(version: string, publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const { title: tag, operations } of operationGroups) {
    for (const operation of operations) {
      paths[operation.path] = {
        ...paths[operation.path],
        [operation.method.toLowerCase()]: describeOperation(operation, tag),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Depicted',
      version,
      description:
        'Screenshots of web pages before and after a change, compared and reviewed. A POST accepts its parameters as a form, as multipart or as JSON, with the same names.',
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }],
    tags: operationGroups.map(({ title: name }) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'basic',
          description: 'API key id as user name, its secret as password.',
        },
      },
      schemas: { Error: schemaOf(errorBody) },
    },
    'x-error-codes': listErrorCodes().map(({ code, httpStatus }) => ({ code, status: httpStatus })),
  };
}

function describeOperation(operation: Operation, tag: string): Json {
  const schema = schemaOf(operation.parameters) as { properties: Record<string, Json>; required?: string[] };
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const others = Object.keys(schema.properties).filter((name) => !inPath.includes(name));
  const required = new Set(schema.required);
  const parameter = (name: string, where: 'path' | 'query') => ({
    name,
    in: where,
    required: where === 'path' || required.has(name),
    description: schema.properties[name]!['description'],
    schema: withoutDescription(schema.properties[name]!),
  });
  const isQuery = operation.method === 'GET';
  return {
    operationId: operation.name,
    tags: [tag],
    summary: operation.summary,
    description: [operation.description, accessSentence(operation)].filter(Boolean).join('\n\n'),
    parameters: [
      ...inPath.map((name) => parameter(name, 'path')),
      ...(isQuery ? others.map((name) => parameter(name, 'query')) : []),
    ],
    ...(!isQuery &&
      (others.length > 0 || operation.takesFile) && { requestBody: body(operation, schema, others) }),
    responses: {
      '200': { description: 'Done.', content: answerContent(operation) },
      default: {
        description: 'The request was refused, or it failed.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function body(
  operation: Operation,
  schema: { properties: Record<string, Json>; required?: string[] },
  names: string[],
): Json {
  const properties: Record<string, Json> = Object.fromEntries(
    names.map((name) => [name, schema.properties[name]!]),
  );
  const required = names.filter((name) => schema.required?.includes(name));
  const fields = { type: 'object', properties, ...(required.length > 0 && { required }) };
  if (!operation.takesFile) {
    const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];
    return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: fields }])) };
  }
  const file = { type: 'string', format: 'binary', description: 'The file, in a part with a file name.' };
  const withFile = { ...fields, properties: { ...properties, file }, required: [...required, 'file'] };
  return { required: true, content: { 'multipart/form-data': { schema: withFile } } };
}

function answerContent(operation: Operation): Json {
  if (operation.answer !== null) return { 'application/json': { schema: schemaOf(operation.answer) } };
  return operation.answers === 'events'
    ? { 'text/event-stream': { schema: { type: 'string' } } }
    : { '*/*': { schema: { type: 'string', format: 'binary' } } };
}

function accessSentence({ access }: Operation): string {
  switch (access) {
    case 'superuser':
      return 'Needs a superuser key.';
    case 'worker':
      return 'Needs a worker key, or a superuser key.';
    case 'manage':
      return 'Needs a superuser key, or a signed-in admin of the build.';
    case 'build':
      return 'Needs a key of the build, or a superuser key.';
    case 'open':
      return 'Open to anyone.';
    case 'read':
      return 'Needs a key of the build, or a superuser key; no credentials for public builds.';
  }
}

function schemaOf(schema: z.ZodType): Json {
  const described: Json = { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) };
  delete described['$schema'];
  return described;
}

function withoutDescription(schema: Json): Json {
  const bare = { ...schema };
  delete bare['description'];
  return bare;
}
