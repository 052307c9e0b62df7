import { expect, it } from 'vitest';
import { plainReason } from './plain-reason.ts';

it.each([
  ['connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
  ['socket hang up.\nmore', 'socket hang up'],
  [
    'write EPROTO 401D6B79227F0000:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:\n',
    'TLS failed: wrong version number, as if the other side spoke no TLS',
  ],
  [
    '40DD6A19FA7F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/openssl/ssl/record/rec_layer_s3.c:916:SSL alert number 40\n',
    'TLS failed: ssl/tls alert handshake failure',
  ],
])('%#: one line for people', (message, reason) => {
  expect(plainReason(message)).toBe(reason);
});
