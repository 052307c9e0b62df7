import type { CommandContext } from '../terminal/context.ts';

/** Where a server is that nobody gave an address for. */
export const defaultServer = 'http://localhost:5000';

/** The address that a command to be typed later must name, because it came from a flag; null where it is known without. */
export function serverToName({
  settings,
  settingSources,
}: Pick<CommandContext, 'settings' | 'settingSources'>): string | null {
  return settingSources.server.startsWith('flag ') ? settings.server : null;
}
