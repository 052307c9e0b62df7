import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Ids } from '../../ports/ids.ts';

/** Ids, secrets and digests from Node's crypto. */
export function nodeIds(): Ids {
  const digest = (algorithm: string, content: Uint8Array) =>
    createHash(algorithm).update(content).digest('hex');
  return {
    id: () => randomBytes(16).toString('base64url'),
    secret: () => randomBytes(32).toString('base64url'),
    random: () => Math.random(),
    sha1: (content) => digest('sha1', content),
    sha256: (content) => digest('sha256', content),
    equal(a, b) {
      const left = Buffer.from(a);
      const right = Buffer.from(b);
      return left.length === right.length && timingSafeEqual(left, right);
    },
  };
}
