/** Settings of how long a server keeps what has ended. */

import { z } from 'zod';
import { setting } from './resolve-settings.ts';

export const lifeTimeSettings = {
  keepTasksDays: setting({
    schema: z.number().int().min(1).max(3_650),
    kind: 'number',
    default: 7,
    description: 'How long tasks that ended are listed, in days.',
    environment: 'DPXDT_KEEP_TASKS_DAYS',
  }),
  keepActivityDays: setting({
    schema: z.number().int().min(0).max(36_500),
    kind: 'number',
    default: 730,
    description:
      'How long the activity of builds is kept, in days; 0: indefinitely. Decisions themselves stay.',
    environment: 'DPXDT_KEEP_ACTIVITY_DAYS',
  }),
  keepMailsDays: setting({
    schema: z.number().int().min(2).max(3_650),
    kind: 'number',
    default: 90,
    description: 'How long the record of a mail that was sent or given up is kept, in days.',
    environment: 'DPXDT_KEEP_MAILS_DAYS',
  }),
} as const;
