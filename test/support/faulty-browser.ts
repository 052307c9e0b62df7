import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a faulty browser does with a command: refuses it with a message, or never answers. */
export type Fault = 'refuse' | 'hang';

export interface FaultPlan {
  /** For example `Target.setAutoAttach`. */
  method: string;
  fault: Fault;
  /** On the browser's session, or on those of pages. */
  session: 'browser' | 'page';
  /** Number of browsers that have the fault; later ones work. */
  browsers: number;
}

/**
 * Makes an executable that runs the real browser and intercepts its protocol, so that one command behaves
 * as in a broken browser.
 *
 * @param folder where it is written, and where it counts the browsers
 * @returns its path, for `browserPath`
 */
export function makeFaultyBrowser(folder: string, browserPath: string, plan: FaultPlan): string {
  const path = join(folder, 'faulty-browser');
  const count = join(folder, 'faulty-browser-count');
  writeFileSync(count, '');
  chmodSync(count, 0o666);
  const source = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { appendFileSync, createReadStream, createWriteStream, statSync } = require('node:fs');
const plan = ${JSON.stringify(plan)};
appendFileSync(${JSON.stringify(count)}, '.');
const isFaulty = statSync(${JSON.stringify(count)}).size <= plan.browsers;
const browser = spawn(${JSON.stringify(browserPath)}, process.argv.slice(2), { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] });
browser.on('exit', (code) => process.exit(code ?? 1));
const out = createWriteStream(null, { fd: 4 });
browser.stdio[4].pipe(out);
let kept = Buffer.alloc(0);
createReadStream(null, { fd: 3 }).on('data', (chunk) => {
  kept = Buffer.concat([kept, chunk]);
  for (let end = kept.indexOf(0); end !== -1; end = kept.indexOf(0)) {
    const bytes = kept.subarray(0, end + 1);
    kept = kept.subarray(end + 1);
    const { id, method, sessionId } = JSON.parse(bytes.subarray(0, -1).toString());
    const isMeant = method === plan.method && (sessionId === undefined) === (plan.session === 'browser');
    if (!isFaulty || !isMeant) browser.stdio[3].write(bytes);
    else if (plan.fault === 'refuse') {
      out.write(JSON.stringify({ id, sessionId, error: { code: -32000, message: 'Not allowed' } }) + '\\0');
    }
  }
}).on('end', () => process.exit(0));
`;
  writeFileSync(path, source);
  chmodSync(path, 0o755);
  return path;
}
