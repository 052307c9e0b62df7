/** The part of the run's address that describes the view. Pure. */

import type { ViewerStart } from '../../viewer/engine.ts';
import type { Transform } from '../../viewer/transform.ts';
import { viewNames, type ViewName } from '../../viewer/view-model.ts';

export interface ViewSearch {
  view?: string;
  region?: string;
  at?: string;
  aligned?: string;
}

export function viewOf({ view }: ViewSearch): ViewName | null {
  return viewNames.find((name) => name === view) ?? null;
}

/** The view to open; invalid values are ignored. */
export function startOf({ region, at, aligned }: ViewSearch): ViewerStart {
  const number = Number(region ?? NaN);
  const place = placeOf(at);
  return {
    ...(Number.isInteger(number) && number >= 1 && { region: number - 1 }),
    ...(place !== null && { at: place }),
    ...((aligned === 'on' || aligned === 'off') && { aligned: aligned === 'on' }),
  };
}

function placeOf(at: string | undefined): Transform | null {
  const [x, y, scale, ...rest] = (at ?? '').split(',').map(Number);
  const isPlace =
    rest.length === 0 && [x, y, scale].every((value) => Number.isFinite(value)) && (scale ?? 0) > 0;
  return isPlace ? { x: x!, y: y!, scale: scale! } : null;
}

/** `side` is the default and is left out; regions are numbered from 1. */
export function viewSearch(view: ViewName, region: number | null): { view?: string; region?: string } {
  return {
    ...(view !== 'side' && { view }),
    ...(region !== null && { region: String(region + 1) }),
  };
}

/** `x,y,zoom`, precise enough to return to the same pixels. */
export function formatPlace({ x, y, scale }: Transform): string {
  const round = (value: number, digits: number) => String(Number(value.toFixed(digits)));
  return [round(x, 1), round(y, 1), round(scale, 4)].join(',');
}
