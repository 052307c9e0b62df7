import { measureReleasePage } from './release.ts';
const lines = await measureReleasePage({ sizes: [5_000], rounds: 2, liveChanges: 200 });
console.log(lines.join('\n'));
