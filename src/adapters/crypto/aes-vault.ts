import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import type { Vault } from '../../ports/vault.ts';

/** Prefix of everything that is sealed: no JSON and no text starts with it. */
const mark = Buffer.from([0x00, 0x64, 0x70, 0x31]);
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM (NIST SP 800-38D) with a key derived from the secret by HKDF (RFC 5869). */
export function createAesVault(secret: string): Vault {
  const key = derived(secret, 'dpxdt sealed artifacts');
  const signingKey = derived(secret, 'dpxdt signatures');
  return {
    sign: (text) => createHmac('sha256', signingKey).update(text).digest('base64url'),
    fingerprint: createHash('sha256').update(derived(secret, 'dpxdt fingerprint')).digest('hex').slice(0, 16),
    seal(content) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
      return Buffer.concat([mark, nonce, cipher.getAuthTag(), sealed]);
    },
    open(stored) {
      const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
      if (!bytes.subarray(0, mark.length).equals(mark)) return stored;
      const tagAt = mark.length + nonceBytes;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(mark.length, tagAt));
      decipher.setAuthTag(bytes.subarray(tagAt, tagAt + tagBytes));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(tagAt + tagBytes)), decipher.final()]);
      } catch (error) {
        throw new AppError(
          'internal',
          'A stored config cannot be read: it was encrypted with a different secret key.',
          {
            cause: error,
          },
        );
      }
    },
  };
}

/** 32 bytes for one purpose. */
export function derived(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'dpxdt', purpose, 32));
}
