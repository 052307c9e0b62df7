import type { CommandContext } from '../terminal/context.ts';
import { listOf } from '../../config/resolve-settings.ts';

/** The server address used when none is given. */
export const defaultServer = 'http://localhost:5000';

/** The servers to use, in order of preference. */
export function serversOf({ server }: CommandContext['settings']): string[] {
  const named = listOf(server ?? '');
  return named.length === 0 ? [defaultServer] : named;
}

/** The address that a command to be typed later must name, because it came from a flag; null where it is known without. */
export function serverToName({
  settings,
  settingSources,
}: Pick<CommandContext, 'settings' | 'settingSources'>): string | null {
  return settingSources.server.startsWith('flag ') ? settings.server : null;
}
