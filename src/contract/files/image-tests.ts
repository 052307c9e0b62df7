/** The test file of `dpxdt diff-my-images`: the original's JSON, or the same in YAML. */

import { z } from 'zod';
import { checkPart, listTests, testName, type TestsDocument } from './tests-file.ts';

/** One image from the caller's own test. */
export interface ImageTest {
  name: string;
  /** The caller's test failed: true, or a reason. */
  runFailed: boolean | string;
  /** Relative to the current folder; null if the test names none. */
  imagePath: string | null;
  logPath: string | null;
  /** Address of the captured page, for display. */
  url: string | null;
}

const path = z.string().min(1, 'must not be empty').max(4_096);

/** One test of the file. */
export const imageTest = z.strictObject({
  name: testName,
  run_failed: z.union([z.boolean(), z.string().max(4_096)]).optional(),
  image_path: path.optional(),
  log_path: path.optional(),
  url: z
    .string()
    .max(2_048)
    .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http or https URL')
    .optional(),
});

/**
 * Validates a parsed file.
 *
 * @param file its name in messages
 * @throws AppError `config_invalid` with `file:line:column` in front
 */
export function parseImageTests(document: TestsDocument, file: string): ImageTest[] {
  const first = new Map<string, number>();
  return listTests(document, file).map((entry) => {
    const test = checkPart(imageTest, entry.value, entry);
    const taken = first.get(test.name);
    if (taken !== undefined) {
      entry.fail(
        [...entry.path, 'name'],
        `The name "${test.name}" is already used by the test in line ${taken}. Names must be unique.`,
      );
    }
    first.set(test.name, document.locate(entry.path).line);
    return {
      name: test.name,
      runFailed: test.run_failed ?? false,
      imagePath: test.image_path ?? null,
      logPath: test.log_path ?? null,
      url: test.url ?? null,
    };
  });
}
