import { z } from 'zod';

/**
 * One operation of the HTTP API: the source of the server's routes, the client's methods and the API
 * reference.
 */
export interface Operation<
  Parameters extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodObject | null = z.ZodObject | null,
> {
  /** snake_case name, as in the address. */
  name: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's root; `{queue_name}` stands for the value of that parameter. */
  path: string;
  /** One line. */
  summary: string;
  /** What a caller must know beyond the summary. */
  description: string;
  /**
   * `build`: a key of the build, or a superuser key. `superuser`: only the latter. `worker`: a worker
   * key, or a superuser key. `manage`: who may administer the
   * build, never one of its keys. `read`: as `build`, and anyone where the build is public. `open`: anyone.
   */
  access: 'open' | 'read' | 'build' | 'manage' | 'worker' | 'superuser';
  parameters: Parameters;
  /** Whether exactly one file is sent with the parameters, in a multipart body. */
  takesFile: boolean;
  /** `null`: the answer is bytes. */
  answer: Answer;
  /** Whether it is idempotent, so that a client may repeat it. */
  repeatable: boolean;
}

export function operation<Parameters extends z.ZodObject, Answer extends z.ZodObject | null>(
  of: Operation<Parameters, Answer>,
): Operation<Parameters, Answer> {
  return of;
}

/** Operations for workers. */
export function isOfWorkQueue({ path }: Operation): boolean {
  return path.startsWith('/api/work_queue/');
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
