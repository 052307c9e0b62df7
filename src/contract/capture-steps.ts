import { z } from 'zod';
import { invisibleCharacterIn } from '../base/invisible-text.ts';
import { captureLimits } from '../domain/capture/capture-config.ts';
import { parseKeys } from '../domain/capture/keys.ts';
import { stepLimits, type Step, type StepKind } from '../domain/capture/steps.ts';

export const selector = z.string().min(1).max(1_024);
export const script = z.string().max(captureLimits.scriptBytes);
const text = z.string().max(stepLimits.textCharacters);
const address = z.string().min(1).max(stepLimits.urlCharacters);

const key = z
  .string()
  .min(1)
  .max(stepLimits.keyCharacters)
  .superRefine((value, context) => {
    const problem = parseKeys(value);
    if (typeof problem === 'string')
      context.addIssue({ code: 'custom', message: problem.replace(/\.$/, '') });
  });

export const shotName = z
  .string()
  .min(1)
  .max(stepLimits.shotNameCharacters)
  .refine(
    (name) => !/[\u0000-\u001f\u007f-\u009f/]/.test(name) && name.trim() === name,
    'must be a name without slashes, control characters and outer spaces',
  )
  .refine(
    (name) => invisibleCharacterIn(name) === null,
    'must not contain invisible characters such as U+202E or U+200B',
  );

const select = z
  .strictObject({ selector, value: text.optional(), label: text.optional() })
  .refine(
    ({ value, label }) => (value === undefined) !== (label === undefined),
    'needs either "value" or "label"',
  );

const steps = {
  click: selector,
  dblclick: selector,
  hover: selector,
  focus: selector,
  fill: z.strictObject({ selector, value: text }),
  type: z.strictObject({ selector, text }),
  press: z.union([key, z.strictObject({ selector: selector.optional(), key })], {
    error: (issue) => keyProblem(issue.input) ?? 'must be a key such as "Enter", or {selector, key}',
  }),
  select,
  check: selector,
  uncheck: selector,
  waitFor: z.union(
    [
      selector,
      z.number().int().min(0).max(captureLimits.timeoutMs),
      z.strictObject({ url: address }),
      z.strictObject({ hidden: selector }),
    ],
    {
      error: () =>
        `must be a selector, milliseconds up to ${captureLimits.timeoutMs}, {url: GLOB} or {hidden: SELECTOR}`,
    },
  ),
  scrollTo: selector,
  goto: address,
  evaluate: script,
  shot: shotName,
} satisfies Record<StepKind, z.ZodType>;

function keyProblem(input: unknown): string | null {
  const wanted = typeof input === 'object' && input !== null ? (input as { key?: unknown }).key : input;
  const problem = typeof wanted === 'string' ? parseKeys(wanted) : null;
  return typeof problem === 'string' ? problem.replace(/\.$/, '') : null;
}

type Optional<Shape extends Record<string, z.ZodType>> = { [Key in keyof Shape]: z.ZodOptional<Shape[Key]> };

const optional = Object.fromEntries(
  Object.entries(steps).map(([kind, schema]) => [kind, schema.optional()]),
) as unknown as Optional<typeof steps>;

const step = z
  .strictObject(optional, {
    error: (issue) =>
      issue.code === 'invalid_type'
        ? 'a step is an object with one key, such as {click: "#menu"}'
        : undefined,
  })
  .superRefine((value, context) => {
    const kinds = Object.keys(value);
    if (kinds.length === 1) return;
    const message =
      kinds.length === 0
        ? 'a step needs one key, such as {click: "#menu"}'
        : `a step has one key; make ${kinds.map((kind) => `"${kind}"`).join(' and ')} separate steps`;
    context.addIssue({ code: 'custom', message });
  });

/** The schema of `steps`. */
export const stepsSchema = z
  .array(step)
  .max(stepLimits.steps)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, { shot }] of list.entries()) {
      if (shot === undefined) continue;
      const path = [index, 'shot'];
      if (seen.has(shot.toLowerCase()))
        context.addIssue({ code: 'custom', path, message: 'another shot has this name' });
      seen.add(shot.toLowerCase());
      if (seen.size === stepLimits.shots + 1)
        context.addIssue({ code: 'custom', path, message: `at most ${stepLimits.shots} shots are possible` });
    }
  }) as unknown as z.ZodType<Step[]>;
