import { RE2JS } from 're2js';
import { AppError } from '../../base/errors.ts';

const longestGlob = 1_024;

/**
 * Whether a text matches one of the globs, whole: `*` is anything but `/`, `**` anything, `?` one character. Linear in
 * the text, whatever the globs.
 *
 * @param flag named in errors
 * @throws AppError `pattern_invalid`
 */
export function compileGlobs(flag: string, globs: readonly string[]): (text: string) => boolean {
  const patterns = globs.map((glob) => {
    if (glob === '' || glob.length > longestGlob) {
      throw new AppError(
        'pattern_invalid',
        `${flag} accepts globs of 1 to ${longestGlob} characters, got ${glob.length}.`,
      );
    }
    return RE2JS.compile(toPattern(glob));
  });
  return (text) => patterns.some((pattern) => pattern.matches(text));
}

function toPattern(glob: string): string {
  return glob.replace(/\*\*|\*|\?|[^*?]+/g, (part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : RE2JS.quote(part);
  });
}
