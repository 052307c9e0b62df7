import { createComparer } from '../../src/adapters/pixels/comparer.ts';

/** Of all servers in a test process: its thread takes longer to start than most tests last. Ends with the process. */
export const sharedComparer = createComparer({ threads: 1 });
