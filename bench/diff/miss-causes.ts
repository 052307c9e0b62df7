/** Measured reasons why a target is missed; shown next to the figure if it is. */
const digest =
  'what every pixel of the change was and is goes into the digest of the change (SHA-256 over six bytes for each, on both threads), and anti-aliasing is looked for; the other programs do neither';
const small =
  'of 3.5 to 4 ms, 2.5 are inflating and comparing on two threads, the rest is reading, the digest, the mask and calls between the threads';

export const missCauses: Record<string, string> = {
  word1024: small,
  inserted8000: digest,
  every1024: digest,
  every8000: digest,
  memory: 'both decoded images and both files are in memory at once',
};
