import type { Tracing } from '../../compose/tracing.ts';
import type { Settings } from '../../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** What every command receives besides its arguments. */
export interface CommandContext {
  currentFolder: string;
  env: NodeJS.ProcessEnv;
  settings: Settings['values'];
  /** Where each setting came from; `default` where nothing was said. */
  settingSources: Settings['sources'];
  terminal: Terminal;
  signal: AbortSignal;
  toolVersion: string;
  tracer: Tracing['tracer'];
  json: boolean;
}
