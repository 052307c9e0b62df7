import { z } from 'zod';
import { operation } from '../operation.ts';
import { integer, parameters } from '../parameters.ts';
import { operationId, releaseKey } from './releases.ts';
import { release, verdict } from './shapes.ts';

const maxListed = 100;
const source = { ...releaseKey, run_id: integer('ID of the run whose verdict was taken over.') };

export const listTakenOver = operation('listTakenOver', {
  summary: 'The runs that took over the verdict of a run, for the same image.',
  description: `The newest ${maxListed}, and how many there are. They keep the verdict when that of the run is undone.`,
  parameters: parameters(source),
  answer: z.object({
    total: z.int(),
    open: z.int().meta({ description: 'Of total: those in releases that are not decided.' }),
    runs: z.array(z.object({ run_id: z.int(), run_name: z.string(), verdict, release })).max(maxListed),
  }),
});

export const revokeTakenOver = operation('revokeTakenOver', {
  summary: 'Undoes the verdicts that other runs took over from a run.',
  description: 'Those in decided releases stay.',
  parameters: parameters({ ...source, operation_id: operationId }),
  answer: z.object({
    revoked: z.int(),
    kept: z.int().meta({ description: 'In decided releases.' }),
  }),
});
