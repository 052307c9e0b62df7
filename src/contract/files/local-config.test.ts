import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors.ts';
import { parseLocalConfig } from './local-config.ts';

const nothingShared = { isShared: (): boolean => false };
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
      shell: null,
      waitFor: { kind: 'url', url, timeoutMs: 500 },
      tests: [{ name: 'a', run: { url, config: {} }, ref: null, tags: [], path: ['tests', 0] }],
      sources: [],
      baselineRule: null,
      hints: [],
    });
    expect(parseLocalConfig({ setup: null, waitFor: null, tests: [] }, nothingShared)).toEqual({
      setup: null,
      shell: null,
      waitFor: null,
      tests: [],
      sources: [],
      baselineRule: null,
      hints: [],
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

  it('fans a config out as it does viewports, which win over those of the config', () => {
    const config = { viewports: [{ width: 1, height: 2 }], colorSchemes: ['light', 'dark'] };
    const viewports = [{ width: 3, height: 4, name: 'own' }];
    const { tests } = parseLocalConfig(
      {
        defaults: config,
        tests: [
          { name: 'a', url },
          { name: 'b', url, viewports },
        ],
      },
      nothingShared,
    );
    expect(tests.map(({ name }) => name)).toEqual(['a@1x2@light', 'a@1x2@dark', 'b@own@light', 'b@own@dark']);
    expect(tests[3]!.run.config).toEqual({ viewportSize: { width: 3, height: 4 }, colorScheme: 'dark' });
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
    expect(() => parseLocalConfig(value, { isShared: (key) => key === 'shared' })).not.toThrow();
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
      'a relative address without a base',
      { tests: [{ name: 'a', url: 'page.html' }] },
      ['tests', 0, 'url'],
      'a relative one needs "baseUrl" at the top of the file',
    ],
    [
      'a port without a scheme',
      { tests: [{ name: 'a', url: 'localhost:3000/x' }] },
      ['tests', 0, 'url'],
      'did you mean "http://localhost:3000/x"?',
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
    [
      'two captures of one name',
      { tests: [{ name: 'a', url, config: { viewports: [{ device: 'Pixel 7' }, { device: 'Pixel 7' }] } }] },
      ['tests', 0, 'config', 'viewports'],
      'two captures would be named "NAME@Pixel 7"; give each viewport a "name"',
    ],
    [
      'what one of several browsers cannot do',
      { tests: [{ name: 'a', url, config: { browsers: ['chromium', 'firefox'], media: 'print' } }] },
      ['tests', 0, 'config', 'media'],
      'does not work with "browser: firefox"',
    ],
    ['setup as a list', { setup: ['x'], tests: [] }, ['setup'], 'it must be a text'],
  ])('refuses %s', (_what, value, path, message) => {
    const found = problem(value);
    expect(found.message).toContain(message);
    expect(found.path).toEqual(path);
  });
});

describe('every mistake of a file', () => {
  const mistakes = (value: unknown, isShared = (): boolean => false): string[] => {
    try {
      parseLocalConfig(value, { isShared });
    } catch (error) {
      return ((error as AppError).details.mistakes as { message: string }[]).map(({ message }) => message);
    }
    return [];
  };

  it('is told, once where an anchor shares it', () => {
    const broken = { delayMs: 'x', wrong: 1, other: 2 };
    expect(
      mistakes({
        setup: 1,
        colour: 2,
        waitFor: {},
        tests: [{ name: '', url, config: broken }, { name: 'b', url, config: broken }, { url: 3 }, 'x'],
      }),
    ).toEqual([
      expect.stringContaining('"colour" is not a known key.'),
      expect.stringContaining('"setup" is invalid'),
      expect.stringContaining('"waitFor.url" is invalid'),
      expect.stringContaining('"tests[0].name" is invalid'),
      expect.stringContaining('"tests[0].config.wrong" is not a known key'),
      expect.stringContaining('"tests[0].config.other" is not a known key'),
      expect.stringContaining('"tests[0].config.delayMs" is invalid'),
      expect.stringContaining('"tests[2].name" is invalid'),
      expect.stringContaining('"tests[2].url" is invalid'),
      expect.stringContaining('"tests[3]" is invalid'),
    ]);
  });

  it.each([
    [{ tests: [{ name: 'a', url, mask: [] }] }, '"tests[0].mask" belongs under "config".'],
    [{ tests: [{ name: 'a', url, setup: 'x' }] }, '"tests[0].setup" belongs at the top level of the file.'],
    [
      { tests: [{ name: 'a', url, width: 3 }] },
      'belongs under "viewportSize" or "clipRect" of the "config".',
    ],
    [{ tests: [{ name: 'a', url, config: { tags: [] } }] }, 'belongs to the test, beside "config".'],
    [{ tests: [{ name: 'a', url, config: { config: {} } }] }, 'is one level too deep'],
    [{ tests: [{ name: 'a', url, config: { height: 1 } }] }, 'belongs under "viewportSize" or "clipRect".'],
    [{ tests: [], mask: [] }, '"mask" belongs under "defaults", for every test, or under the "config"'],
    [{ tests: [], url }, '"url" belongs to a test, in the list "tests".'],
    [{ tests: [], defaults: { config: {} } }, '"defaults.config" is one level too deep'],
  ])('names the place of a misplaced key: %j', (value, message) => {
    expect(mistakes(value)).toEqual([expect.stringContaining(message)]);
  });
});

describe('variables', () => {
  const environment = { HOST: 'x.test', EMPTY: '', TWICE: '${HOST}', SECRET: 'hunter2\nx', LIST: '[a, b]' };
  const parse = (value: unknown) => parseLocalConfig(value, { isShared: () => false, environment });
  const nameOf = (name: string): string => parse({ tests: [{ name, url }] }).tests[0]!.name;

  it.each([
    ['${HOST}', 'x.test'],
    ['a ${HOST}${HOST} b', 'a x.testx.test b'],
    ['${NONE:-9000}', '9000'],
    ['${EMPTY:-full}', 'full'],
    ['a${EMPTY}', 'a'],
    ['${NONE:-}b', 'b'],
    ['${NONE:-${HOST}}', 'x.test'],
    ['${NONE:-$${HOST}}', '${HOST}'],
    ['$${HOST}', '${HOST}'],
    ['$$${HOST}', '$${HOST}'],
    ['$HOST $', '$HOST $'],
    ['${TWICE}', '${HOST}'],
    ['${LIST}', '[a, b]'],
    ['${secret:TOKEN}', '${secret:TOKEN}'],
  ])('%s is %s', (written, meant) => {
    expect(nameOf(written)).toBe(meant);
  });

  it('stay as they are in scripts and keys', () => {
    const code = 'return `${HOST}`';
    const config = { injectJs: code, injectCss: code, waitForFunction: code };
    const file = { setup: code, waitFor: code, tests: [{ name: 'a', url, config }] };
    expect(parse(file)).toMatchObject({
      setup: code,
      waitFor: { script: code },
      tests: [{ run: { config } }],
    });
    expect(parse({ waitFor: { script: code }, tests: [] }).waitFor).toMatchObject({ script: code });
    const headers = { extraHeaders: { 'X-Host': '${HOST}' } };
    expect(parse({ tests: [{ name: 'a', url, config: headers }] }).tests[0]!.run.config).toEqual({
      extraHeaders: { 'X-Host': 'x.test' },
    });
  });

  it.each([
    ['${NONE}', 'The environment has no NONE'],
    ['${}', '"${}" is not a variable'],
    ['${a b}', '"${a b}" is not a variable'],
    ['x ${HOST', 'is not closed'],
    ['${NONE:-${HOST}', 'is not closed'],
  ])('%s is refused', (name, message) => {
    expect(() => parse({ tests: [{ name, url }] })).toThrow(message);
  });

  it('are not shown by a message about their value', () => {
    expect(() =>
      parse({ tests: [{ name: 'a', url, config: { extraHeaders: { A: '${SECRET}' } } }] }),
    ).toThrow('(got "${SECRET}")');
    expect(() => parse({ tests: [{ name: '${SECRET}', url }] })).toThrow('(got "${SECRET}")');
  });
});

describe('what holds for a whole file', () => {
  const parse = (value: unknown, baseUrl: string | null = null, isShared = false) =>
    parseLocalConfig(value, { isShared: () => isShared, baseUrl });
  const urlsOf = (config: ReturnType<typeof parse>) => config.tests.map(({ run }) => run.url);

  it('relative addresses begin with baseUrl, and --base-url wins', () => {
    const tests = ['/cart', 'cart?a=b', '#x', '', 'https://other.test/'].map((address, index) => ({
      name: `t${index}`,
      url: address,
    }));
    const file = { baseUrl: 'https://live.test/shop/', waitFor: { url: '/ready' }, tests };
    expect(urlsOf(parse(file))).toEqual([
      'https://live.test/cart',
      'https://live.test/shop/cart?a=b',
      'https://live.test/shop/#x',
      'https://live.test/shop/',
      'https://other.test/',
    ]);
    const staging = parse(file, 'https://staging.test');
    expect(urlsOf(staging)[0]).toBe('https://staging.test/cart');
    expect(staging.waitFor).toMatchObject({ url: 'https://staging.test/ready' });
    expect(() => parse({ tests: [{ name: 'a', url: '/cart' }] })).toThrow('add "baseUrl" to the file');
    expect(() => parse({ baseUrl: 'live.test', tests })).toThrow('"baseUrl" is invalid');
  });

  it('defaults lie under the config of each test', () => {
    const defaults = { delayMs: 5, mask: ['a'] };
    const { tests } = parse({
      defaults,
      tests: [
        { name: 'a', url },
        { name: 'b', url, config: { mask: [] } },
        { name: 'c', run: { url, config: { delayMs: 1 } }, ref: { url } },
      ],
    });
    expect(tests.map(({ run }) => run.config)).toEqual([
      defaults,
      { delayMs: 5, mask: [] },
      { delayMs: 1, mask: ['a'] },
    ]);
    expect(tests[2]!.ref!.config).toEqual(defaults);
  });

  it('defaults with an anchor stay a place for anchors, with a hint', () => {
    const config = parse({ defaults: { phone: { anything: 1 } }, tests: [{ name: 'a', url }] }, null, true);
    expect(config.tests[0]!.run.config).toEqual({});
    expect(config.hints).toEqual([
      { path: ['defaults'], message: expect.stringContaining('only a place for anchors') as string },
    ]);
  });

  it('tags are one word or a list', () => {
    const tagsOf = (tags: unknown) => parse({ tests: [{ name: 'a', url, tags }] }).tests[0]!.tags;
    expect(tagsOf('smoke')).toEqual(['smoke']);
    expect(tagsOf(['smoke', 'ui/cart'])).toEqual(['smoke', 'ui/cart']);
    expect(() => tagsOf(['!slow'])).toThrow('must be a word');
  });

  it('reads a number or a boolean from a variable, and nothing else as one', () => {
    const read = (config: Record<string, unknown>, environment: Record<string, string>) =>
      parseLocalConfig({ tests: [{ name: 'a', url, config }] }, { ...nothingShared, environment }).tests[0]!
        .run.config;
    const written = {
      viewportSize: { width: '${W}', height: '${H:-200}' },
      fullPage: '${FULL:-false}',
      userAgent: '${AGENT}',
    };
    expect(read(written, { W: '300', AGENT: '17' })).toEqual({
      viewportSize: { width: 300, height: 200 },
      fullPage: false,
      userAgent: '17',
    });
    expect(() => read(written, { W: '3e2', AGENT: '' })).toThrow(
      '"tests[0].config.viewportSize.width" is invalid: it must be a number (got "${W}").',
    );
    expect(() => read({ viewportSize: { width: '300', height: 200 } }, {})).toThrow('it must be a number');
  });

  it('takes variables in a default, but not in a value', () => {
    const read = (written: string, environment: Record<string, string>): string =>
      parseLocalConfig(
        { tests: [{ name: 'a', url, config: { userAgent: written } }] },
        { ...nothingShared, environment },
      ).tests[0]!.run.config.userAgent!;
    expect(read('<${A:-${B:-x}/${C:-}}>', {})).toBe('<x/>');
    expect(read('<${A:-${B:-x}}>', { B: '${C}' })).toBe('<${C}>');
    expect(read('$${A} $$${B:-b} ${A:-$${B}}', {})).toBe('${A} $${B:-b} ${B}');
    expect(() => read('${A:-${B}', {})).toThrow('A "${" is not closed');
    expect(() => read('${'.repeat(500), {})).toThrow('A "${" is not closed');
  });

  it('takes a default back where a test has an empty value', () => {
    const { tests } = parseLocalConfig(
      {
        defaults: { fullPage: false, locale: 'de' },
        tests: [{ name: 'a', url, config: { fullPage: null } }],
      },
      nothingShared,
    );
    expect(tests[0]!.run.config).toEqual({ locale: 'de' });
  });

  it('notes a name that is used twice beside other mistakes', () => {
    expect(() =>
      parseLocalConfig(
        {
          x: 1,
          tests: [
            { name: 'a', url },
            { name: 'a', url },
          ],
        },
        nothingShared,
      ),
    ).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          mistakes: [
            expect.objectContaining({ path: ['x'] }),
            { path: ['tests', 1, 'name'], message: 'the name "a" is already used', earlier: ['tests', 0] },
          ],
        }) as unknown,
      }) as Error,
    );
  });
});
