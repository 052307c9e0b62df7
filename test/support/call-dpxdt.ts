/** Calls the command line in this process: for calls that end by themselves and start no other process. */

import { Writable } from 'node:stream';
import { prepareCall } from '../../src/cli/call.ts';
import type { TerminalStreams } from '../../src/cli/terminal/terminal.ts';
import { inheritedEnvironment, type DpxdtOptions, type DpxdtResult } from './run-dpxdt.ts';

/** `dpxdt …args`, like `runDpxdt` in a separate process. */
export async function callDpxdt(
  args: string[],
  { currentFolder, env = {} }: DpxdtOptions,
): Promise<DpxdtResult> {
  const stdout = keepText();
  const stderr = keepText();
  const call = prepareCall(args, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { ...inheritedEnvironment(), ...env },
    currentFolder,
    signal: new AbortController().signal,
  });
  const status = await call.run();
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function keepText(): { stream: TerminalStreams['stdout']; text(): string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return { stream: stream as TerminalStreams['stdout'], text: () => text };
}
