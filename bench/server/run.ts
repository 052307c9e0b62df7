/**
 * Measures the load targets over HTTP, against a server as users run it:
 *   node bench/server/run.ts [--part L1,L2] [--rounds N] [--database sqlite|postgres] [--no-build] [--dry]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGenerator } from './generator-process.ts';
import { parts } from './parts/parts.ts';
import { newPlace, removeAll, type DatabaseKind } from './places.ts';
import { buildProduct, outFolder } from './product.ts';
import { killAll } from './server-process.ts';
import { isHit, measurePart, newResults, partText, writeResults, type Results } from './results.ts';

// Processes and data are cleaned up at exit, including this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values: options } = parseArgs({
  options: {
    part: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    database: { type: 'string', default: 'sqlite' },
    'no-build': { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
  },
});
if (options.database !== 'sqlite' && options.database !== 'postgres') {
  throw new Error(`--database is sqlite or postgres, got "${options.database}".`);
}
const database: DatabaseKind = options.database;
const wanted = options.part?.split(',');
const unknown = wanted?.filter((id) => !parts.some((part) => part.id === id)) ?? [];
if (unknown.length > 0) {
  throw new Error(
    `There is no part ${unknown.join(', ')}; there are ${parts.map(({ id }) => id).join(', ')}.`,
  );
}
const rounds = Number.parseInt(options.rounds);

if (!options['no-build']) buildProduct();
mkdirSync(outFolder, { recursive: true });
const rawFile = join(outFolder, `results-${database}.json`);
const results = resultsSoFar();
let hasFailed = false;
for (const part of parts.filter(({ id }) => wanted === undefined || wanted.includes(id))) {
  const generator = startGenerator();
  try {
    const bench = { generator, rounds, database, newPlace: () => newPlace(database) };
    const measured = await measurePart(part, () => part.run(bench));
    results.parts = [...results.parts.filter(({ id }) => id !== part.id), measured];
    results.parts.sort((a, b) => order(a.id) - order(b.id));
    const missed = measured.figures.filter((figure) => isHit(figure) === false).length;
    console.log(`${partText(measured)}\n${missed === 0 ? '' : `${missed} missed\n`}`);
  } catch (error) {
    // A failing part must not lose the figures of the others.
    hasFailed = true;
    console.error(`${part.id} failed:`, error);
  } finally {
    generator.stop();
    killAll();
    removeAll();
  }
  if (options.dry) continue;
  writeFileSync(rawFile, JSON.stringify(results, null, 1));
  writeResults(results);
}
process.exit(hasFailed ? 1 : 0);

/** A part that is measured alone replaces only its own figures. */
function resultsSoFar(): Results {
  const fresh = newResults(database, rounds);
  if (wanted === undefined || !existsSync(rawFile)) return fresh;
  const old = JSON.parse(readFileSync(rawFile, 'utf8')) as Results;
  return { ...fresh, parts: old.parts };
}

function order(id: string): number {
  return parts.findIndex((part) => part.id === id);
}
