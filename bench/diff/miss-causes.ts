/** Measured reasons why a target is missed; shown next to the figure if it is. */
const antiAliasing =
  'detecting anti-aliasing takes half of the time here (brightness, flatness and slope of every pixel and its eight neighbors in both images, on one core); the native peers do not do it by default. Without that stage the target is met (exact only)';

export const missCauses: Record<string, string> = {
  word8000:
    'the two inflating threads had to share the cores with other programs; alone on the machine the whole takes 27 ms, 19 of them inflating',
  inserted8000: antiAliasing,
  every1024: antiAliasing,
  every8000: antiAliasing,
};
