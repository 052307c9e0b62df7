import type { Row } from '../../../ports/whole-database.ts';

const maxRows = 500;
/** Ends a batch of large texts earlier. */
const maxBytes = 4 * 1024 * 1024;

/** Batches that are small enough to be kept in memory. */
export function* batchesOf(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    for (const value of row) {
      if (typeof value === 'string') bytes += value.length;
      else if (value instanceof Uint8Array) bytes += value.byteLength;
    }
    if (batch.length < maxRows && bytes < maxBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
