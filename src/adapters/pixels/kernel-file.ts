import { readFile } from 'node:fs/promises';
import { AppError } from '../../base/errors.ts';

/** Beside `src` in the repository and beside `dist` in the package. */
const kernelFile = new URL('../../../build/kernel.wasm', import.meta.url);

/**
 * The compiled comparison kernel.
 *
 * @throws AppError `internal` when it has not been built
 */
export async function readKernel(): Promise<WebAssembly.Module> {
  const bytes = await readFile(kernelFile).catch((cause: unknown) => {
    throw new AppError('internal', 'The file build/kernel.wasm is missing: run "npm run build:kernel".', {
      cause,
    });
  });
  return WebAssembly.compile(bytes);
}
