/** Navigation from a run, by id, in the order of the visit. Pure. */

/** The run next to `current` among those shown; if `current` is hidden, the nearest in that direction. */
export function neighbour(
  shown: readonly number[],
  order: readonly number[],
  current: number,
  by: 1 | -1,
): number | null {
  const at = shown.indexOf(current);
  if (at >= 0) return shown[at + by] ?? null;
  const place = new Map(order.map((id, index) => [id, index]));
  const here = place.get(current) ?? (by === 1 ? -1 : order.length);
  const beyond = (id: number) => ((place.get(id) ?? 0) - here) * by > 0;
  return (by === 1 ? shown.find(beyond) : shown.findLast(beyond)) ?? null;
}

/** The next run that needs a decision, wrapping around; null when there is no other. */
export function nextUndecided(
  shown: readonly number[],
  order: readonly number[],
  current: number,
  by: 1 | -1,
  isUndecided: (id: number) => boolean,
): number | null {
  const wanted = shown.filter((id) => id !== current && isUndecided(id));
  const next = neighbour(wanted, order, current, by);
  return next ?? (by === 1 ? wanted[0] : wanted.at(-1)) ?? null;
}

/** The runs most likely to be opened next: forward, back, then the next undecided. */
export function likelyNext(
  shown: readonly number[],
  order: readonly number[],
  current: number,
  direction: 1 | -1,
  isUndecided: (id: number) => boolean,
): number[] {
  const likely = [
    neighbour(shown, order, current, direction),
    neighbour(shown, order, current, direction === 1 ? -1 : 1),
    nextUndecided(shown, order, current, 1, isUndecided),
  ];
  return [...new Set(likely.filter((id) => id !== null))];
}
