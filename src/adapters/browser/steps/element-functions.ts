/**
 * What steps ask an element of the page. Each function is sent to the page as text with the element as `this`, so it
 * uses nothing from outside itself.
 */

/** What an element must be before a step acts on it, in Playwright's words. */
export type ElementState = 'visible' | 'stable' | 'enabled' | 'editable';

interface Clock {
  __dpxdtClock?: { frame(): Promise<void>; sleep(ms: number): Promise<void> };
}

/** The first state that the element is not in; empty: it is in all of them. */
export async function unmetState(this: Element, states: ElementState[]): Promise<ElementState | ''> {
  const view = this.ownerDocument.defaultView! as unknown as Window & Clock & typeof globalThis;
  const isVisible = (element: Element): boolean => {
    const style = view.getComputedStyle(element);
    if (style.display === 'contents') return [...element.children].some(isVisible);
    if (style.visibility !== 'visible' || !element.checkVisibility()) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0;
  };
  const label: HTMLLabelElement | null = this.closest('label');
  const control =
    this.closest('button,select,input,textarea,option,[role="button"],[role="menuitem"]') ??
    label?.control ??
    this;
  const nextFrame = async (): Promise<void> => {
    const clock = view.__dpxdtClock;
    if (clock === undefined) return;
    // A frame that is out of sight may draw no frames.
    await Promise.race([clock.frame(), clock.sleep(250)]);
  };
  for (const state of states) {
    if (state === 'visible' && !isVisible(this)) return state;
    if (state === 'enabled') {
      if (control.matches(':disabled') || this.closest('[aria-disabled="true"]') !== null) return state;
    }
    if (state === 'editable') {
      // `:read-only` matches every field that takes no text, such as a color.
      if ('readOnly' in this && this.readOnly === true) return state;
      if (this.closest('[aria-readonly="true"]') !== null) return state;
    }
    if (state === 'stable') {
      await nextFrame();
      const before = this.getBoundingClientRect();
      await nextFrame();
      const after = this.getBoundingClientRect();
      const moved = (['x', 'y', 'width', 'height'] as const).some((side) => before[side] !== after[side]);
      if (!this.isConnected || moved) return state;
    }
  }
  return '';
}

/** Whether an event at the topmost node, `hit`, reaches the element; else what covers it, such as `<div class="overlay">`. */
export function coveredBy(this: Element, hit: Node | null): string {
  const parentOf = (node: Node): Node | null =>
    node instanceof Element && node.assignedSlot !== null
      ? node.assignedSlot
      : (node.parentNode ?? (node instanceof ShadowRoot ? node.host : null));
  for (let node = hit; node !== null; node = parentOf(node)) {
    if (node === this) return '';
    // What is clicked in a label is clicked in its control.
    if (node instanceof HTMLLabelElement && node.control === this) return '';
  }
  if (hit === null) return 'nothing';
  const element = hit instanceof Element ? hit : hit.parentElement;
  if (element === null) return 'the page';
  const copy = element.cloneNode(false) as Element;
  const open = /^<[^>]*>/.exec(copy.outerHTML)?.[0] ?? `<${element.localName}>`;
  return open.length > 120 ? `${open.slice(0, 118)}…>` : open;
}

/** Puts the focus into the element. */
export function focusIt(this: Element): boolean {
  (this as HTMLElement).focus();
  return true;
}

/**
 * Selects what a field has, so that typed text replaces it. Fields that take no text, such as dates, get the value at
 * once.
 *
 * @param isAtOnce sets the value without typing, so that no other frame can catch it
 * @returns `typing`: the text is to be typed; `done`; else why not, as the rest of a sentence
 */
export function prepareFill(this: Element, value: string, isAtOnce: boolean): string {
  const view = this.ownerDocument.defaultView!;
  const setValue = (into: HTMLElement, prototype: object): string => {
    into.focus();
    Reflect.set(prototype, 'value', value, into);
    into.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    into.dispatchEvent(new Event('change', { bubbles: true }));
    return 'done';
  };
  const field: Element = this instanceof HTMLLabelElement && this.control !== null ? this.control : this;
  if (field instanceof HTMLInputElement) {
    const type = field.type.toLowerCase();
    if (['checkbox', 'radio', 'file', 'button', 'submit', 'image', 'reset', 'hidden'].includes(type))
      return `an input of type "${type}" cannot be filled`;
    if (['color', 'date', 'time', 'datetime-local', 'month', 'range', 'week'].includes(type)) {
      const wanted = type === 'color' ? value.trim().toLowerCase() : value.trim();
      field.focus();
      Reflect.set(HTMLInputElement.prototype, 'value', wanted, field);
      if (field.value !== wanted) {
        const examples: Record<string, string | undefined> = {
          color: '#ff8800',
          date: '2030-12-31',
          month: '2030-12',
          time: '23:59',
          week: '2030-W05',
        };
        const example = examples[type];
        const such = example === undefined ? '' : `; it takes values such as ${example}`;
        return `an input of type "${type}" does not take this value${such}`;
      }
      field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
      return 'done';
    }
    if (type === 'number' && (Number.isNaN(Number(value.trim())) || value.trim() === '') && value !== '')
      return 'an input of type "number" does not take this value';
    if (isAtOnce) return setValue(field, HTMLInputElement.prototype);
    field.select();
    field.focus();
    return 'typing';
  }
  if (field instanceof HTMLTextAreaElement && isAtOnce) return setValue(field, HTMLTextAreaElement.prototype);
  if (field instanceof HTMLTextAreaElement) {
    field.select();
    field.focus();
    return 'typing';
  }
  if (field instanceof HTMLElement && field.isContentEditable) {
    if (isAtOnce) return 'a secret is filled in inputs and textareas only';
    field.focus();
    const range = field.ownerDocument.createRange();
    range.selectNodeContents(field);
    const selection = view.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return 'typing';
  }
  return 'it is not a field: an input, a textarea or an editable element is needed';
}

/** Selects the option. Returns `done`, `missing` or `disabled`, else why not, as the rest of a sentence. */
export function selectIt(this: Element, wanted: { value?: string; label?: string }): string {
  const list: Element = this instanceof HTMLLabelElement && this.control !== null ? this.control : this;
  if (!(list instanceof HTMLSelectElement)) return 'it is not a <select>';
  const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const option = [...list.options].find((one) =>
    wanted.value === undefined ? plain(one.label) === plain(wanted.label ?? '') : one.value === wanted.value,
  );
  if (option === undefined) return 'missing';
  if (option.matches(':disabled')) return 'disabled';
  list.focus();
  if (list.multiple) for (const one of list.options) one.selected = false;
  option.selected = true;
  list.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  list.dispatchEvent(new Event('change', { bubbles: true }));
  return 'done';
}

/** `checked`, `unchecked`, or empty: it cannot be checked. */
export function checkedState(this: Element): string {
  const box: Element = this instanceof HTMLLabelElement && this.control !== null ? this.control : this;
  if (box instanceof HTMLInputElement && (box.type === 'checkbox' || box.type === 'radio'))
    return box.checked ? 'checked' : 'unchecked';
  const roles = ['checkbox', 'menuitemcheckbox', 'menuitemradio', 'option', 'radio', 'switch', 'treeitem'];
  if (!roles.includes(box.getAttribute('role') ?? '')) return '';
  return box.getAttribute('aria-checked') === 'true' ? 'checked' : 'unchecked';
}

export function scrollToIt(this: Element): boolean {
  this.scrollIntoView({ block: 'start', inline: 'nearest', behavior: 'instant' });
  return true;
}

/** Tries another place of the window, out from under what is fixed at its edges. */
export function scrollElsewhere(this: Element, block: ScrollLogicalPosition): boolean {
  this.scrollIntoView({ block, inline: 'center', behavior: 'instant' });
  return true;
}
