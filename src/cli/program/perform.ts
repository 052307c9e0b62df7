import type { Command } from 'commander';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';

/** Runs an action with its resolved settings; the only entry point of the command line. */
export type Perform = (
  command: Command,
  action: (context: CommandContext) => Promise<ExitStatus>,
  options?: {
    /** The command runs until interrupted, so an interruption is not a failure. */
    runsUntilInterrupted?: boolean;
  },
) => Promise<void>;
