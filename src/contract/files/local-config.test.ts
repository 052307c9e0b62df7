import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { parseLocalConfig } from './local-config.ts';

const nothingShared = (): boolean => false;
const url = 'http://localhost/';

function problem(value: unknown): { message: string; path: unknown } {
  try {
    parseLocalConfig(value, nothingShared);
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return { message: (error as AppError).message, path: (error as AppError).details.path };
  }
  throw new Error('nothing was refused');
}

describe('parseLocalConfig', () => {
  it('reads setup, waitFor and tests, with null for absent', () => {
    const config = parseLocalConfig(
      { setup: 'serve', waitFor: { url, timeout_secs: 0.5 }, tests: [{ name: 'a', url, config: null }] },
      nothingShared,
    );
    expect(config).toEqual({
      setup: 'serve',
      waitFor: { kind: 'url', url, timeoutMs: 500 },
      tests: [{ name: 'a', run: { url, config: {} }, ref: null, path: ['tests', 0] }],
    });
    expect(parseLocalConfig({ setup: null, waitFor: null, tests: [] }, nothingShared)).toEqual({
      setup: null,
      waitFor: null,
      tests: [],
    });
  });

  it('knows the three forms of waitFor and their default times', () => {
    const waitFor = (value: unknown) =>
      parseLocalConfig({ waitFor: value, tests: [] }, nothingShared).waitFor;
    expect(waitFor({ url })).toEqual({ kind: 'url', url, timeoutMs: 10_000 });
    expect(waitFor('sleep 1')).toEqual({ kind: 'script', script: 'sleep 1', timeoutMs: 30_000 });
    expect(waitFor({ script: 'true', timeout_secs: 2 })).toEqual({
      kind: 'script',
      script: 'true',
      timeoutMs: 2_000,
    });
  });

  it('fans viewports out, with a name or the size', () => {
    const viewports = [
      { width: 390, height: 844, name: 'phone' },
      { width: 1280, height: 1024 },
    ];
    const { tests } = parseLocalConfig(
      { tests: [{ name: 'a', url, config: { threshold: 0.1 }, viewports }] },
      nothingShared,
    );
    expect(tests.map(({ name, run }) => [name, run.config])).toEqual([
      ['a@phone', { threshold: 0.1, viewportSize: { width: 390, height: 844 } }],
      ['a@1280x1024', { threshold: 0.1, viewportSize: { width: 1280, height: 1024 } }],
    ]);
  });

  it('takes run and ref apart', () => {
    const { tests } = parseLocalConfig(
      {
        tests: [{ name: 'a', run: { url: `${url}new`, config: { delayMs: 1 } }, ref: { url: `${url}old` } }],
      },
      nothingShared,
    );
    expect(tests[0]).toMatchObject({
      run: { url: `${url}new`, config: { delayMs: 1 } },
      ref: { url: `${url}old`, config: {} },
    });
  });

  it('allows other top-level keys only with an anchor or x-', () => {
    const value = { 'x-mine': 1, shared: {}, tests: [] };
    expect(() => parseLocalConfig(value, (key) => key === 'shared')).not.toThrow();
    expect(problem(value)).toEqual({
      path: ['shared'],
      message: expect.stringContaining('"shared" is not a known key.') as string,
    });
    expect(problem({ waitfor: 'x', tests: [] }).message).toContain('Did you mean "waitFor"?');
  });

  it.each([
    ['not a mapping', [], [], 'must have a "tests" list'],
    ['no tests', { setup: 'x' }, [], 'no "tests" list'],
    ['tests as a mapping', { tests: {} }, ['tests'], 'must be a list'],
    ['a test as text', { tests: ['a'] }, ['tests', 0], 'a test is a mapping'],
    ['a missing name', { tests: [{ url }] }, ['tests', 0, 'name'], 'it is missing'],
    ['a missing url', { tests: [{ name: 'a' }] }, ['tests', 0, 'url'], 'it is missing'],
    ['a name that is a number', { tests: [{ name: 404, url }] }, ['tests', 0, 'name'], 'got 404'],
    ['control characters', { tests: [{ name: 'a\nb', url }] }, ['tests', 0, 'name'], 'control characters'],
    [
      'a foreign scheme',
      { tests: [{ name: 'a', url: 'chrome://version' }] },
      ['tests', 0, 'url'],
      'must be an http',
    ],
    [
      'a mistyped key',
      { tests: [{ name: 'a', url, confg: {} }] },
      ['tests', 0, 'confg'],
      'Did you mean "config"?',
    ],
    [
      'a mistyped capture key',
      { tests: [{ name: 'a', url, config: { viewPortSize: {} } }] },
      ['tests', 0, 'config', 'viewPortSize'],
      'Did you mean "viewportSize"?',
    ],
    [
      'a wrong value deep inside',
      { tests: [{ name: 'a', url, config: { viewportSize: { width: 'x', height: 1 } } }] },
      ['tests', 0, 'config', 'viewportSize', 'width'],
      'got "x"',
    ],
    ['run without ref', { tests: [{ name: 'a', run: { url } }] }, ['tests', 0, 'ref'], 'it is missing'],
    [
      'run and url',
      { tests: [{ name: 'a', url, run: { url }, ref: { url } }] },
      ['tests', 0, 'url'],
      'move it into them',
    ],
    ['waitFor with both', { waitFor: { url, script: 'x' }, tests: [] }, ['waitFor', 'script'], 'both'],
    ['waitFor with nothing', { waitFor: {}, tests: [] }, ['waitFor', 'url'], 'it is missing'],
    [
      'a file to wait for',
      { waitFor: { url: 'file:///x' }, tests: [] },
      ['waitFor', 'url'],
      'must be an http',
    ],
    [
      'a mistyped waitFor',
      { waitFor: { url, timeout_sec: 5 }, tests: [] },
      ['waitFor', 'timeout_sec'],
      'Did you mean "timeout_secs"?',
    ],
    [
      'no viewports',
      { tests: [{ name: 'a', url, viewports: [] }] },
      ['tests', 0, 'viewports'],
      'at least one',
    ],
    ['setup as a list', { setup: ['x'], tests: [] }, ['setup'], 'it must be a text'],
  ])('refuses %s', (_what, value, path, message) => {
    const found = problem(value);
    expect(found.message).toContain(message);
    expect(found.path).toEqual(path);
  });
});
