import type { Vault } from '../../ports/vault.ts';

/** A text as it is stored: {@link openedText} reads it again. */
export function sealedText(vault: Vault, text: string): Uint8Array {
  return vault.seal(new TextEncoder().encode(text));
}

/** @throws AppError `internal` if it was sealed with another key or modified */
export function openedText(vault: Vault, sealed: Uint8Array): string {
  return new TextDecoder().decode(vault.open(sealed));
}
