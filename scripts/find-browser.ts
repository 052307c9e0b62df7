/** Prints the path of the browser that captures would use, of Firefox with the word `firefox`; exits 1 with advice if there is none. */
import { findBrowser } from '../src/adapters/browser/find-browser.ts';
import { findFirefox } from '../src/adapters/firefox/find-firefox.ts';

try {
  console.log(process.argv[2] === 'firefox' ? await findFirefox() : (await findBrowser()).path);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
