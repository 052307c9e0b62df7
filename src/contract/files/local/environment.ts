/** `${NAME}` and `${NAME:-default}` in the strings of a parsed YAML file, from the environment. */

import type { Complain } from './mistakes.ts';

/** Their text is code, in which `${…}` means something else. */
const codeKeys = new Set(['injectJs', 'injectCss', 'evaluate', 'waitForFunction']);
const expression = /\$\$\{|\$\{([^}]*)(\}?)/g;
const variable = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^]*))?$/;

/**
 * Replaces variables in every string but scripts, once: what a variable holds is text, whatever it looks like.
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

  function inText(text: string, path: PropertyKey[]): string {
    return text.replace(expression, (whole, inside: string | undefined, end: string | undefined) => {
      if (inside === undefined) return '${';
      if (end === '') {
        complain(path, 'A "${" is not closed: write "}" after the name, or "$${" for a plain "${".');
        return whole;
      }
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
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value !== undefined) return value;
      complain(
        path,
        `The environment has no ${name}: set it, name a file that does with --env-file, or write "\${${name}:-default}".`,
      );
      return whole;
    });
  }

  return Object.fromEntries(
    Object.entries(file).map(([key, value]) => {
      const isScript = key === 'setup' || (key === 'waitFor' && typeof value === 'string');
      return [key, isScript || isSkipped(key) ? value : substitute(value, [key])];
    }),
  );
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
