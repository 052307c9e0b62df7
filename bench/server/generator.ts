/** The load generator: a process of its own, which does one load after another and tells what it saw. */
import { loads, type LoadName } from './loads/loads.ts';

process.on('message', ({ load, input }: { load: LoadName; input: never }) => {
  loads[load](input).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
