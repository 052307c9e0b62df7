/** Why a target is missed, found by measuring; shown beside the figure when it is. */
const antiAliasing =
  'telling anti-aliasing apart takes half of the time here (brightness, flatness and slope of every pixel and its eight neighbours in both pictures, on one core), and the peer does not do it by default; without that stage the target is met (figure in brackets)';

export const missCauses: Record<string, string> = {
  inserted8000: antiAliasing,
  every1024: antiAliasing,
  every8000: antiAliasing,
};
