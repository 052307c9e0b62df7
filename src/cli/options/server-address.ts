import type { CommandContext } from '../terminal/context.ts';

/** The server address used when none is given. */
export const defaultServer = 'http://localhost:5000';

/** The address that a command to be typed later must name, because it came from a flag; null where it is known without. */
export function serverToName({
  settings,
  settingSources,
}: Pick<CommandContext, 'settings' | 'settingSources'>): string | null {
  return settingSources.server.startsWith('flag ') ? settings.server : null;
}
