/** Programs on this machine, for commands that call them. */
export { findInPath } from '../adapters/process/find-program.ts';
