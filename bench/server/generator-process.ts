import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { LoadName, loads } from './loads/loads.ts';

export interface Generator {
  /** Runs one load at a time to its end. */
  run<Name extends LoadName>(
    load: Name,
    input: Parameters<(typeof loads)[Name]>[0],
  ): Promise<Awaited<ReturnType<(typeof loads)[Name]>>>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, 'generator.ts'));
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    run: (load, input) =>
      new Promise((resolve, reject) => {
        const fail = (status: number | null) =>
          reject(new Error(`The load generator ended with ${status} during ${load}.`));
        child.once('exit', fail);
        child.once('message', ({ result, error }: { result?: never; error?: string }) => {
          child.off('exit', fail);
          if (error === undefined) resolve(result!);
          else reject(new Error(`${load}: ${error}`));
        });
        child.send({ load, input });
      }),
    stop: () => child.kill(),
  };
}
