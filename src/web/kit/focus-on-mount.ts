/**
 * A `ref` that focuses the element in the commit that adds it. The `autofocus` attribute does so a frame later, and the
 * first letters of a quick writer would act as shortcuts.
 */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus();
}

/**
 * A `ref` for what a dialog focuses when it opens: until then it cannot have the focus. `showModal` looks for the
 * attribute, which React does not write.
 */
export function focusOnOpen(element: HTMLElement | null): void {
  element?.setAttribute('autofocus', '');
}
