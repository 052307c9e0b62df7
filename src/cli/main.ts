/** The process of a call: its streams, signals and exit status. */

import { prepareCall } from './call.ts';
import { listenForInterruption } from './terminal/interruption.ts';

const signal = listenForInterruption(() =>
  call.interrupt('Interrupted; cleaning up. Press Ctrl-C again to quit now.'),
);
const call = prepareCall(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  currentFolder: process.cwd(),
  signal,
});
process.on('uncaughtException', (error) => void finish(call.explain(error)));
process.on('unhandledRejection', (error) => void finish(call.explain(error)));
await finish(await call.run());

/** Exits once all output is flushed: a pipe's buffer is smaller than a large answer. */
async function finish(status: number): Promise<never> {
  await Promise.all([taken(process.stdout), taken(process.stderr)]);
  process.exit(status);
}

function taken(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
