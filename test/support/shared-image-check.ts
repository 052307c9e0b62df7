import { createImageCheck } from '../../src/adapters/pixels/image-check.ts';

/** Of all servers in a test process: its thread takes longer to start than most tests last. Ends with the process. */
export const sharedImageCheck = createImageCheck();
