import type { KeyAuthenticator } from '../../services/builds/authenticate-key.ts';
import type { Ids } from '../../ports/ids.ts';

/** A worker key that exists only in this process, for the built-in worker. */
export interface MemoryKey {
  keyId: string;
  secret: string;
}

export function createMemoryKey(ids: Ids): MemoryKey {
  return { keyId: `local-${ids.id()}`, secret: ids.secret() };
}

/** Accepts one key in addition to the stored ones. */
export function withMemoryKey(stored: KeyAuthenticator, key: MemoryKey, ids: Ids): KeyAuthenticator {
  return {
    async authenticate(keyId, secret, options) {
      if (keyId === key.keyId && ids.equal(secret, key.secret)) {
        return { kind: 'key', keyId, buildId: null, superuser: false, worker: true };
      }
      return stored.authenticate(keyId, secret, options);
    },
    isLive: async (keyId) => keyId === key.keyId || stored.isLive(keyId),
    forget: (keyId) => stored.forget(keyId),
  };
}
