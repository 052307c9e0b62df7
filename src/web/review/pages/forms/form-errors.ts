import { toProblem } from '../../api/problem.ts';
import { sentenceOf } from '../../states/problem.tsx';

interface FormErrors {
  /** What is wrong with a parameter of the call. */
  at: (parameter: string) => string | null;
  /** What concerns none of the fields. */
  other: string | null;
}

/** The answer to a form that was sent, by field. */
export function formErrors(thrown: unknown, fields: readonly string[]): FormErrors {
  const problem = thrown === null ? null : toProblem(thrown);
  const sentence = problem === null ? null : sentenceOf(problem);
  const wrong = problem?.details['parameter'];
  return {
    at: (parameter) => (parameter === wrong ? sentence : null),
    other: fields.some((parameter) => parameter === wrong) ? null : sentence,
  };
}
