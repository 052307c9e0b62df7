import { AppError } from '../base/errors.ts';

/** Deeper than any config, but shallow enough that recursion cannot overflow the stack. */
const maxDepth = 64;

/**
 * Parses untrusted JSON. Unlike plain `JSON.parse`, it refuses what later code would trip over: two
 * members of one object with the same name (at the top level, where they are parameters) and nesting deeper than
 * 64. A member named `__proto__` becomes a plain own property, never a prototype.
 *
 * @param text JSON text
 * @param subject how the sentence names the text, e.g. `The body` or `Parameter "config"`
 * @param details of the error
 * @throws AppError `invalid_argument` | `duplicate_parameter`
 */
export function parseStrictJson(
  text: string,
  subject: string,
  details: Record<string, unknown> = {},
): unknown {
  const { depth, duplicate } = inspect(text);
  if (depth > maxDepth) {
    throw new AppError('invalid_argument', `${subject} is nested deeper than ${maxDepth} levels.`, {
      details,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_argument', `${subject} is not valid JSON.`, { cause: error, details });
  }
  if (duplicate !== null) {
    throw new AppError('duplicate_parameter', `${subject} has the member "${duplicate}" twice.`, {
      details: { parameter: duplicate, ...details },
    });
  }
  return value;
}

/** Nesting depth of a JSON text and the first repeated name of its outermost object. */
function inspect(text: string): { depth: number; duplicate: string | null } {
  const names = new Set<string>();
  let duplicate: string | null = null;
  let depth = 0;
  let level = 0;
  let expectsName = false;
  for (let index = 0; index < text.length; index++) {
    switch (text.charAt(index)) {
      case '{':
        level++;
        expectsName = level === 1;
        break;
      case '[':
        level++;
        expectsName = false;
        break;
      case '}':
      case ']':
        level--;
        break;
      case ',':
        expectsName = level === 1;
        break;
      case ':':
        expectsName = false;
        break;
      case '"': {
        const start = index;
        for (index++; index < text.length && text[index] !== '"'; index++) if (text[index] === '\\') index++;
        if (level === 1 && expectsName && duplicate === null) {
          const name = unquote(text.slice(start, index + 1));
          if (names.has(name)) duplicate = name;
          names.add(name);
        }
        break;
      }
    }
    depth = Math.max(depth, level);
  }
  return { depth, duplicate };
}

function unquote(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal;
  }
}
