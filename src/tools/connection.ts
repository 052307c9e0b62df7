import { AppError, DepictedClient, type ClientOptions } from '../client/index.ts';

/** Two clients of one server: one that gives up soon, one that outlives a restart of the server. */
export interface Connection {
  /** For the first call: a wrong address should be told at once. */
  hasty: DepictedClient;
  /** For every other one; tries for about a minute. */
  patient: DepictedClient;
}

const hastyAttempts = 3;
/** With waits of up to 8 s in between. */
const patientAttempts = 13;

/** @throws AppError `invalid_argument` where the address is no URL */
export function connect(options: ClientOptions): Connection {
  return {
    hasty: new DepictedClient({ maxAttempts: hastyAttempts, ...options }),
    patient: new DepictedClient({ maxAttempts: patientAttempts, ...options }),
  };
}

/** What is refused for lack of a key, in a sentence that says where to put one. */
export function explainRefusedKey(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'unauthenticated') return error;
  return new AppError(
    'unauthenticated',
    'The server requires an API key: set its ID and secret with --release-client-id and --release-client-secret, or in DPXDT_CLIENT_ID and DPXDT_CLIENT_SECRET.',
    { cause: error, details: error.details },
  );
}
