/** `${NAME}` and `${NAME:-default}` in the strings of a parsed YAML file, from the environment. */

import type { Complain } from './mistakes.ts';

/** Their text is code, in which `${…}` means something else. */
const codeKeys = new Set(['injectJs', 'injectCss', 'evaluate', 'waitForFunction']);
/** Defaults in defaults. */
const nestingLimit = 20;
const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/;

/**
 * Replaces variables in every string but scripts, once: what a variable holds is text, whatever it looks like. A default
 * may hold variables.
 * Values that are one object stay one object. `$${` becomes `${`; `${secret:NAME}` stays.
 *
 * @param isSkipped top-level keys that are left as they are
 */
export function substituteVariables(
  file: Record<string, unknown>,
  environment: Readonly<Record<string, string | undefined>>,
  isSkipped: (key: string) => boolean,
  complain: Complain,
): Record<string, unknown> {
  const done = new Map<object, unknown>();

  function substitute(value: unknown, path: PropertyKey[]): unknown {
    if (typeof value === 'string') return inText(value, path);
    if (typeof value !== 'object' || value === null) return value;
    const known = done.get(value);
    if (known !== undefined) return known;
    const result = Array.isArray(value)
      ? value.map((entry, index) => substitute(entry, [...path, index]))
      : Object.fromEntries(
          Object.entries(value).map(([key, entry]) => {
            const isCode = codeKeys.has(key) || (path[0] === 'waitFor' && key === 'script');
            return [key, isCode ? entry : substitute(entry, [...path, key])];
          }),
        );
    done.set(value, result);
    return result;
  }

  function inText(text: string, path: PropertyKey[], depth = 0): string {
    let result = '';
    let rest = 0;
    for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', rest)) {
      const isPlain = text[start - 1] === '$' && start > rest;
      result += text.slice(rest, isPlain ? start - 1 : start);
      rest = start + 2;
      if (isPlain) {
        result += '${';
        continue;
      }
      const end = endOf(text, rest);
      if (end === null || depth > nestingLimit) {
        complain(path, 'A "${" is not closed: write "}" after the name, or "$${" for a plain "${".');
        return result + text.slice(start);
      }
      rest = end + 1;
      result += valueOf(text.slice(start, rest), path, depth);
    }
    return result + text.slice(rest);
  }

  function valueOf(whole: string, path: PropertyKey[], depth: number): string {
    const inside = whole.slice(2, -1);
    if (/^secret:[A-Za-z_]\w*$/.test(inside)) return whole;
    const [, name, fallback] = variable.exec(inside) ?? [];
    if (name === undefined) {
      complain(
        path,
        `"${shortened(whole)}" is not a variable: write "\${NAME}" or "\${NAME:-default}", or "$\${" for a plain "\${".`,
      );
      return whole;
    }
    const value = environment[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback !== undefined) return inText(fallback, path, depth + 1);
    complain(
      path,
      `The environment has no ${name}: set it, name a file that does with --env-file, or write "\${${name}:-default}".`,
    );
    return whole;
  }

  return Object.fromEntries(
    Object.entries(file).map(([key, value]) => {
      const isScript = key === 'setup' || (key === 'waitFor' && typeof value === 'string');
      return [key, isScript || isSkipped(key) ? value : substitute(value, [key])];
    }),
  );
}

/** Where the variable ends whose name begins at an offset: a default may hold variables. Null: nowhere. */
function endOf(text: string, offset: number): number | null {
  let open = 1;
  for (let at = offset; at < text.length; at++) {
    if (text.startsWith('${', at)) open++;
    else if (text[at] === '}' && --open === 0) return at;
  }
  return null;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
