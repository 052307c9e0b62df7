import { beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { parseYaml } from './yaml-document.ts';

function problem(text: string): string {
  try {
    parseYaml(text, 'a.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return (error as AppError).message;
  }
  throw new Error('nothing was refused');
}

describe('parseYaml', () => {
  it('resolves aliases to one object and merge keys to copies', () => {
    const { value } = parseYaml(
      'a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\nd: {<<: [*a, {z: 3}], x: 4}',
      'a.yaml',
    );
    const data = value as Record<string, unknown>;
    expect(data.b).toBe(data.a);
    expect(data.c).toEqual({ x: 1, y: 2 });
    expect(data.d).toEqual({ x: 4, z: 3 });
  });

  it('locates keys, list items, values behind aliases and merge keys, and the parent of what is missing', () => {
    const document = parseYaml(
      'base: &base\n  width: 1\nlist:\n  - a: 1\n  - <<: *base\n    b: 2\nalias: *base\n',
      'a.yaml',
    );
    expect(document.locate(['list', 1, 'b'])).toEqual({ line: 6, column: 5 });
    expect(document.locate(['list', 1])).toEqual({ line: 5, column: 5 });
    expect(document.locate(['list', 1, 'width'])).toEqual({ line: 2, column: 3 });
    expect(document.locate(['alias', 'width'])).toEqual({ line: 2, column: 3 });
    expect(document.locate(['list', 0, 'missing', 'deeper'])).toEqual({ line: 4, column: 5 });
    expect(document.locate([])).toEqual({ line: 1, column: 1 });
  });

  it('knows which top-level keys carry an anchor', () => {
    const document = parseYaml('a: &a {x: 1}\nb: 1\nc: *a\nd: &d text', 'a.yaml');
    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => document.isAnchored(key))).toEqual(['a', 'd']);
  });

  it('accepts 1,000 uses of one anchor', () => {
    const uses = '  - <<: *a\n'.repeat(1_000);
    const { value } = parseYaml(`a: &a {x: {y: 1}, z: 2}\nlist:\n${uses}`, 'a.yaml');
    expect((value as { list: unknown[] }).list).toHaveLength(1_000);
  });

  it.each([
    ['a duplicate key', 'a: 1\nb: 2\na: 3', 'a.yaml:3:1: The key "a" is used twice here.'],
    ['a syntax error', 'a: [1, 2\nb: 3', 'a.yaml:2:1: '],
    ['an unknown tag', 'a: !!js/function "x"', 'a.yaml:1:4: Unresolved tag: tag:yaml.org,2002:js/function.'],
    ['several documents', 'a: 1\n---\nb: 2', 'a.yaml:2:1: '],
    ['__proto__', 'a:\n  __proto__: {x: 1}', 'a.yaml:2:3: "__proto__" is not allowed as a key.'],
    ['an alias inside its anchor', 'a: &a [*a]', 'a.yaml:1:8: The alias *a is inside its own anchor.'],
    ['an alias without anchor', 'a: *b', 'a.yaml:1:4: '],
  ])('refuses %s at its place', (_what, text, message) => {
    expect(problem(text)).toContain(message);
  });

  it('leaves Object.prototype alone', () => {
    expect(problem('__proto__: {polluted: true}')).toContain('__proto__');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    const { value } = parseYaml('constructor: {prototype: {polluted: true}}', 'a.yaml');
    expect(Object.keys(value as object)).toEqual(['constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  describe('bombs', () => {
    /** Processor time, so that a busy machine does not fail a test. */
    function processorMs(work: () => void): number {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1_000;
    }

    /** What a large file takes that is not refused: machines differ, and so do their busy hours. */
    let largeFileMs: number;
    beforeAll(() => {
      const text = Array.from({ length: 20_000 }, (_, key) => `k${key}: x`).join('\n');
      largeFileMs = processorMs(() => parseYaml(text, 'a.yaml'));
    });

    const laughs = (levels: number, alias: (name: string) => string): string =>
      [
        'l0: &l0 [lol]',
        ...Array.from(
          { length: levels },
          (_, level) => `l${level + 1}: &l${level + 1} ${alias(`*l${level}`)}`,
        ),
      ].join('\n');

    it.each([
      ['billion laughs', laughs(12, (name) => `[${Array<string>(10).fill(name).join(', ')}]`), 'too complex'],
      ['doubling', laughs(40, (name) => `[${name}, ${name}]`), 'too complex'],
      [
        'many merges of a large map',
        `a: &a\n${Array.from({ length: 2_000 }, (_, key) => `  k${key}: 1`).join('\n')}\nlist:\n${'  - <<: *a\n'.repeat(10_000)}`,
        'too complex',
      ],
      [
        'a hundred thousand keys',
        Array.from({ length: 100_000 }, (_, key) => `k${key}: `).join('\n'),
        'too complex',
      ],
      ['deep nesting', '['.repeat(100_000), 'a.yaml:1:101: The YAML is nested too deeply'],
      ['deep nesting in one line', '- '.repeat(500_000), 'a.yaml:1:201: The YAML is nested too deeply'],
      ['a long list', '- x\n'.repeat(200_000), 'too complex'],
      ['deep and valid nesting', `${'['.repeat(500)}${']'.repeat(500)}`, 'nested too deeply'],
      ['too much text', `a: ${'x'.repeat(1_048_577)}`, 'larger than 1 MiB'],
    ])('refuses %s quickly', (_what, text, message) => {
      const refusalMs = processorMs(() => expect(problem(text)).toContain(message));
      expect(refusalMs).toBeLessThan(2 * largeFileMs);
    });
  });

  it('says one thing about a mistake of notation, and what to do about a variable without quotes', () => {
    expect(problem('a: { width: ${W}, height: 3 }\nb: [1]\nc:\n  - d: 1\n')).toBe(
      'a.yaml:1:13: Between { } or [ ], a variable needs quotes: "${W}".',
    );
    expect(problem('a: "x" y\nb: 1\nc: 2\n').split('\n')).toHaveLength(1);
  });
});
