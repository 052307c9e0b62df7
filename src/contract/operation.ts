import { z } from 'zod';
import { addresses, type Address, type Addresses, type OperationName } from './addresses.ts';
import { snakeName } from './letter-case.ts';

/** What an operation takes and answers; where it is and how it is called is its address, in `addresses.ts`. */
interface Shape<Parameters extends z.ZodObject, Answer extends z.ZodObject | null> {
  /** One line. */
  summary: string;
  /** What a caller must know beyond the summary. */
  description: string;
  parameters: Parameters;
  /** `null`: the answer is bytes or events. */
  answer: Answer;
}

/** One operation of the HTTP API: what the server routes by, and what the API's description is made of. */
export interface Operation<
  Parameters extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodObject | null = z.ZodObject | null,
> extends Shape<Parameters, Answer> {
  /** snake_case. */
  name: string;
  method: Address['method'];
  path: Address['path'];
  access: Address['access'];
  /** Whether exactly one file is sent with the parameters, in a multipart body. */
  takesFile: boolean;
  answers: 'json' | 'bytes' | 'events';
}

/** What the address allows: the shape of an answer only where that is JSON. */
type AnswerAt<Name extends OperationName> = Addresses[Name] extends { answers: 'bytes' | 'events' }
  ? null
  : z.ZodObject;

/** Gives the operation that has this name in the table of addresses its shape. */
export function operation<
  Name extends OperationName,
  Parameters extends z.ZodObject,
  Answer extends AnswerAt<Name>,
>(name: Name, shape: Shape<Parameters, Answer>): Operation<Parameters, Answer> {
  const address: Address = addresses[name];
  const { method, path, access, takesFile = false, answers = 'json' } = address;
  return { name: address.name ?? snakeName(name), method, path, access, takesFile, answers, ...shape };
}

export const success = z.literal(true);
export const artifactId = z.string().meta({ description: 'Artifact ID: SHA-1 of the bytes, 40 hex digits.' });

/** Body of every error. */
export const errorBody = z.object({
  error: z.string().meta({ description: 'One sentence for people.' }),
  code: z.string().meta({ description: 'For programs, in snake_case.' }),
  details: z.record(z.string(), z.unknown()),
  request_id: z.string().meta({ description: "Also in the server's log." }),
});

export type ErrorBody = z.output<typeof errorBody>;
/** Input of a caller. */
export type ParametersOf<O extends Operation> = z.output<O['parameters']>;
/** Output for a caller. */
export type AnswerOf<O extends Operation> = O['answer'] extends z.ZodObject ? z.output<O['answer']> : never;
