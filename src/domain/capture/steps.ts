/** What is done on a page before its screenshot: one kind of step per entry, in order. */

/** A CSS selector; of several matches, the first visible one is meant. */
type Selector = string;

export interface StepValues {
  click: Selector;
  dblclick: Selector;
  /** The pointer stays there, also while the screenshot is taken. */
  hover: Selector;
  focus: Selector;
  /** Replaces the value of a field. `${secret:NAME}` is filled in. */
  fill: { selector: Selector; value: string };
  /** Types behind what the field has, key by key. `${secret:NAME}` is filled in. */
  type: { selector: Selector; text: string };
  /** Playwright's names of keys: `Enter`, `Control+A`. */
  press: string | { selector?: Selector; key: string };
  select: { selector: Selector; value?: string; label?: string };
  check: Selector;
  uncheck: Selector;
  /** A selector that shows, milliseconds, a glob for the page's address, or a selector that no longer shows. */
  waitFor: Selector | number | { url: string } | { hidden: Selector };
  /** A selector, `top` or `bottom`. */
  scrollTo: string;
  /** An address, also relative to that of the page. */
  goto: string;
  /** JavaScript. */
  evaluate: string;
  /** A further screenshot, which is a separate run: `<run>/<shot>`. */
  shot: string;
}

export type StepKind = keyof StepValues;

/** An object with one key. */
export type Step = { [Kind in StepKind]: Record<Kind, StepValues[Kind]> }[StepKind];

/** A step as kind and value, for a `switch`. */
export type StepAction = { [Kind in StepKind]: { kind: Kind; value: StepValues[Kind] } }[StepKind];

export const stepLimits = {
  steps: 100,
  shots: 30,
  shotNameCharacters: 100,
  textCharacters: 10_000,
  urlCharacters: 2_048,
  keyCharacters: 100,
} as const;

export function actionOf(step: Step): StepAction {
  const [kind, value] = Object.entries(step)[0]! as [string, unknown];
  return { kind, value } as StepAction;
}

/** `click "#menu"`, `fill "#name"`: never with the text that is filled in or typed. */
export function describeStep(step: Step): string {
  const action = actionOf(step);
  const quoted = (text: string): string =>
    JSON.stringify(text.length > 200 ? `${text.slice(0, 199)}…` : text);
  switch (action.kind) {
    case 'fill':
    case 'type':
      return `${action.kind} ${quoted(action.value.selector)}`;
    case 'select': {
      const { selector, value, label } = action.value;
      return `select ${value === undefined ? `the label ${quoted(label ?? '')}` : `the value ${quoted(value)}`} in ${quoted(selector)}`;
    }
    case 'press': {
      if (typeof action.value === 'string') return `press ${action.value}`;
      const { selector, key } = action.value;
      return selector === undefined ? `press ${key}` : `press ${key} in ${quoted(selector)}`;
    }
    case 'waitFor':
      if (typeof action.value === 'number') return `waitFor ${action.value} ms`;
      if (typeof action.value === 'string') return `waitFor ${quoted(action.value)}`;
      return 'url' in action.value
        ? `waitFor the address ${quoted(action.value.url)}`
        : `waitFor ${quoted(action.value.hidden)} to be hidden`;
    case 'evaluate':
      return 'evaluate';
    default:
      return `${action.kind} ${quoted(action.value)}`;
  }
}

/** The selector of a step that has one. */
export function selectorOf(step: Step): string | undefined {
  const { kind, value } = actionOf(step);
  if (kind === 'goto' || kind === 'evaluate' || kind === 'shot') return undefined;
  if (kind === 'scrollTo') return value === 'top' || value === 'bottom' ? undefined : value;
  if (kind === 'press') return typeof value === 'string' ? undefined : value.selector;
  if (kind === 'waitFor') {
    if (typeof value === 'string') return value;
    return typeof value === 'object' && 'hidden' in value ? value.hidden : undefined;
  }
  return typeof value === 'string' ? value : value.selector;
}

/** The names of the further screenshots, in order. */
export function shotNames(config: { steps?: readonly Step[] }): string[] {
  return (config.steps ?? []).flatMap((step) => ('shot' in step ? [step.shot] : []));
}

/** The steps before the shot that the config asks for; all of them without one. */
export function stepsToDo(config: { steps?: readonly Step[]; shot?: string }): readonly Step[] {
  const { steps = [], shot } = config;
  const end = shot === undefined ? -1 : steps.findIndex((step) => 'shot' in step && step.shot === shot);
  return end === -1 ? steps : steps.slice(0, end);
}

/** The name of the run or test that a further screenshot is. */
export function shotRunName(runName: string, shot: string): string {
  return `${runName}/${shot}`;
}
