import { useSyncExternalStore } from 'react';
import type { ViewerEngine } from './engine.ts';
import type { ViewerState } from './viewer-state.ts';

/** One value of the viewer's state; the component re-renders only when that value changes. */
export function useViewer<T extends ViewerState[keyof ViewerState]>(
  engine: ViewerEngine,
  select: (state: ViewerState) => T,
): T {
  return useSyncExternalStore(engine.subscribe, () => select(engine.state()));
}
