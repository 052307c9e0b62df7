import type { Command } from 'commander';
import type { ExitStatus } from '../../base/exit-status.ts';
import type { CommandContext } from '../terminal/context.ts';

/** Runs an action with what the flags and the other sources say; the command line's one way in. */
export type Perform = (
  command: Command,
  action: (context: CommandContext) => Promise<ExitStatus>,
  options?: {
    /** The command works until it is told to end, so an interruption is no failure of it. */
    runsUntilInterrupted?: boolean;
  },
) => Promise<void>;
