/** Measured reasons why a target is missed; shown next to the figure if it is. */
const stage = 'anti-aliasing is looked for around every changed pixel, which the other programs do not do';
const small =
  'of 3.5 to 4 ms, 2.5 are inflating and comparing on two threads, the rest is reading, the mask and calls between the threads';

export const missCauses: Record<string, string> = {
  word1024: small,
  inserted8000: stage,
  every1024: stage,
  every8000: stage,
  memory: 'both decoded images and both files are in memory at once',
};
