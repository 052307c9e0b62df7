/** Measured reasons why a target is missed; shown next to the figure if it is. */
const digest =
  'what every pixel of the change was and is goes into the digest of the change (SHA-256 over eight bytes for each, about 0.5 ns per byte), and zlib takes twice as long as libdeflate; no other program has either';
const inflating =
  'inflating alone, by zlib in Node, takes twice as long as the whole floor, whose libdeflate Node does not have';

export const missCauses: Record<string, string> = {
  word1024: inflating,
  word8000: inflating,
  inserted8000: digest,
  every1024: digest,
  every8000: digest,
  memory: 'both decoded images and both files are in memory at once',
};
