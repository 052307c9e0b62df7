import { createHash } from 'node:crypto';
import type { TableDigest, Value } from '../../ports/whole-database.ts';

/** SHA-256 of rows in their order; values of other kinds or lengths never encode alike. */
export function tableDigest(): TableDigest {
  const hash = createHash('sha256');
  return {
    add(rows) {
      let text = '';
      for (const row of rows) {
        for (const value of row) text += encoded(value);
        text += '\n';
      }
      hash.update(text);
    },
    end: () => hash.digest('hex'),
  };
}

function encoded(value: Value): string {
  if (value === null) return 'n;';
  if (typeof value === 'bigint') return `i${value};`;
  if (typeof value === 'string') return `t${value.length}:${value};`;
  // The shortest text that reads back as the same number.
  if (typeof value === 'number') return `r${Object.is(value, -0) ? '-0' : value};`;
  return `b${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')};`;
}
