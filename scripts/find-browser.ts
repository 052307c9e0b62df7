/** Prints the path of the browser that captures would use; exits 1 with advice if there is none. */
import { findBrowser } from '../src/adapters/browser/find-browser.ts';

try {
  console.log((await findBrowser()).path);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
