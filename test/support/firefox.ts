import { findFirefox } from '../../src/adapters/firefox/find-firefox.ts';

/** Why tests with Firefox cannot run here; null: they can. */
export const missingFirefox: string | null = await findFirefox().then(
  () => null,
  () => 'needs Firefox (Debian: apt-get install firefox-esr)',
);
