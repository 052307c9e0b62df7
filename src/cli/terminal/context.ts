import type { Settings } from '../../config/settings.ts';
import type { Terminal } from './terminal.ts';

/** What every command receives besides its arguments. */
export interface CommandContext {
  currentFolder: string;
  env: NodeJS.ProcessEnv;
  settings: Settings['values'];
  terminal: Terminal;
  signal: AbortSignal;
  toolVersion: string;
  json: boolean;
}
