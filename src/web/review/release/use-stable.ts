import { useCallback, useLayoutEffect, useRef } from 'react';

/** The same function for ever, so that rows that did not change are not drawn again. */
export function useStable<Arguments extends unknown[]>(
  call: (...given: Arguments) => void,
): (...given: Arguments) => void {
  const latest = useRef(call);
  useLayoutEffect(() => {
    latest.current = call;
  });
  return useCallback((...given) => latest.current(...given), []);
}
