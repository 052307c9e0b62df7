import { useCallback, useLayoutEffect, useRef } from 'react';

/** A function with a stable identity, so that unchanged rows are not re-rendered. */
export function useStable<Arguments extends unknown[]>(
  call: (...given: Arguments) => void,
): (...given: Arguments) => void {
  const latest = useRef(call);
  useLayoutEffect(() => {
    latest.current = call;
  });
  return useCallback((...given) => latest.current(...given), []);
}
