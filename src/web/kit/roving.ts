import { useEffect, useRef, type KeyboardEvent, type RefObject } from 'react';

/** One Tab stop for a row of controls; arrows, Home and End move inside. */
export function useRovingFocus<T extends HTMLElement>(): {
  ref: RefObject<T | null>;
  onKeyDown: (event: KeyboardEvent) => void;
  onFocus: (event: { target: EventTarget }) => void;
} {
  const ref = useRef<T>(null);
  const items = () =>
    [...(ref.current?.querySelectorAll<HTMLElement>('button, input[type="range"]') ?? [])].filter(
      (item) => !(item as HTMLButtonElement).disabled && item.offsetParent !== null,
    );
  const stop = (chosen: HTMLElement) => {
    for (const item of items()) item.tabIndex = item === chosen ? 0 : -1;
  };
  useEffect(() => {
    const all = items();
    const current = all.find((item) => item.tabIndex === 0 && item.dataset.roving === 'on') ?? all[0];
    for (const item of all) item.dataset.roving = 'on';
    if (current !== undefined) stop(current);
  });
  return {
    ref,
    onFocus: (event) => {
      if (event.target instanceof HTMLElement && items().includes(event.target)) stop(event.target);
    },
    onKeyDown: (event) => {
      if (event.target instanceof HTMLInputElement) return;
      const all = items();
      const at = all.indexOf(document.activeElement as HTMLElement);
      const to =
        event.key === 'ArrowRight'
          ? at + 1
          : event.key === 'ArrowLeft'
            ? at - 1
            : event.key === 'Home'
              ? 0
              : event.key === 'End'
                ? all.length - 1
                : null;
      if (to === null || at < 0) return;
      event.preventDefault();
      event.stopPropagation();
      const next = all[(to + all.length) % all.length]!;
      stop(next);
      next.focus();
    },
  };
}
