/** The load generator: a separate process that runs one load after another and reports the results. */
import { loads, type LoadName } from './loads/loads.ts';

process.on('message', ({ load, input }: { load: LoadName; input: never }) => {
  loads[load](input).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
