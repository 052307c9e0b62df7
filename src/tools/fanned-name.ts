import type { FannedCapture } from '../domain/capture/fan-out.ts';
import { maxNameLength } from '../domain/names.ts';

/** The name of a page's run: a long name of the page is cut, what distinguishes its captures never is. */
export function fannedName(pageName: string, { suffix }: Pick<FannedCapture, 'suffix'>): string {
  return `${pageName.slice(0, Math.max(1, maxNameLength - suffix.length))}${suffix}`;
}
