/** Writes the manual as a static site into `build/site`: `npm run docs:site`. */
import { join, relative } from 'node:path';
import { buildDocsSite } from './docs-site/build.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'build', 'site');
const { pages } = await buildDocsSite(root, folder);
console.log(`Wrote ${pages.length} pages. Open ${relative(process.cwd(), join(folder, 'index.html'))}`);
