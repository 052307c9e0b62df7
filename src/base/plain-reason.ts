/** Why a connection failed, from the words of Node and OpenSSL: one line, without a stop at its end. */
export function plainReason(message: string): string {
  const tls = /\berror:[0-9A-F]{8}:[^:]*:[^:]*:([^:\n]+)/.exec(message);
  if (tls === null) return message.trim().split('\n')[0]!.replace(/\.$/, '');
  const hint = tls[1] === 'wrong version number' ? ', as if the other side spoke no TLS' : '';
  return `TLS failed: ${tls[1]}${hint}`;
}
