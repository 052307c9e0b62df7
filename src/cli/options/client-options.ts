import type { ClientOptions } from '../../client/index.ts';
import { tracedClient } from '../../compose/tracing.ts';
import type { CommandContext } from '../terminal/context.ts';
import { serversOf } from './server-address.ts';

/** How a command reaches the server: its addresses, the key, and the trace that the requests belong to. */
export function clientOptionsOf({ settings, tracer }: CommandContext): ClientOptions {
  return {
    server: serversOf(settings),
    keyId: settings.clientId ?? undefined,
    keySecret: settings.clientSecret ?? undefined,
    ...tracedClient(tracer),
  };
}
