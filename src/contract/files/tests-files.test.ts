import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../local/yaml-document.ts';
import { parseImageTests } from './image-tests.ts';
import { parseUrlTests } from './url-tests.ts';

const urls = (text: string) => parseUrlTests(parseYaml(text, 'urls.yaml'), 'urls.yaml');
const images = (text: string) => parseImageTests(parseYaml(text, 'images.yaml'), 'images.yaml');
const testdata = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../tests/testdata', name), 'utf8');

describe('parseUrlTests', () => {
  it("reads the original's example, trailing commas and all", () => {
    const [test, ...more] = urls(testdata('my_url_tests.json'));
    expect(more).toEqual([]);
    expect(test).toMatchObject({
      name: 'My homepage',
      url: 'http://localhost:5000/static/dummy/dummy_page1.html',
      config: { viewportSize: { width: 1024, height: 768 }, injectCss: '#foobar { background-color: lime' },
      ref: { config: { injectCss: '#foobar { background-color: goldenrod; }' } },
    });
  });

  it('takes run_config for a ref_url without ref_config', () => {
    const [test] = urls(
      '[{name: a, run_url: "http://new/", run_config: {injectCss: x}, ref_url: "http://old/"}]',
    );
    expect(test!.ref).toEqual({ url: 'http://old/', config: { injectCss: 'x' } });
  });

  it('fans viewports out, on both sides, and shares configs through anchors', () => {
    const text = `
x-quiet: &quiet { injectCss: "* { caret-color: transparent }" }
tests:
  - name: home
    run_url: http://new/
    run_config: { <<: *quiet, userAgent: me }
    ref_url: http://old/
    viewports:
      - { width: 390, height: 844, name: phone }
      - { width: 1280, height: 800 }
  - run_url: http://new/cart?step=2
`;
    const tests = urls(text);
    expect(tests.map(({ name }) => name)).toEqual(['home@phone', 'home@1280x800', '/cart?step=2']);
    const phone = {
      injectCss: '* { caret-color: transparent }',
      userAgent: 'me',
      viewportSize: { width: 390, height: 844 },
    };
    expect(tests[0]).toMatchObject({ config: phone, ref: { config: phone } });
    expect(tests[2]).toEqual({ name: '/cart?step=2', url: 'http://new/cart?step=2', config: {}, ref: null });
  });

  it('fans configs out: devices, schemes and selectors, on both sides', () => {
    const tests = urls(`
- name: home
  run_url: http://new/
  run_config:
    viewports: [{ device: iPhone 15 }, { width: 1280, height: 800 }]
    colorSchemes: [light, dark]
    selector: ['#a', '#b']
  ref_url: http://old/
  ref_config: { delayMs: 1 }
`);
    expect(tests).toHaveLength(8);
    expect(tests.map(({ name }) => name).slice(0, 3)).toEqual([
      'home@iPhone 15@light@1',
      'home@iPhone 15@light@2',
      'home@iPhone 15@dark@1',
    ]);
    const last = { viewportSize: { width: 1280, height: 800 }, colorScheme: 'dark', selector: '#b' };
    expect(tests.at(-1)).toMatchObject({ name: 'home@1280x800@dark@2', config: last, ref: { config: last } });
    expect(tests.at(-1)!.ref!.config).toHaveProperty('delayMs', 1);
  });

  it.each([
    [
      '- {name: a, run_url: "http://x/", ref_url: "http://y/", ref_config: {browsers: [chromium]}}',
      '"[0].ref_config.browsers" holds for both pages: move it to "run_config".',
    ],
    [
      '- {name: a, run_url: "http://x/", run_config: {browsers: [webkit]}}',
      '"[0].run_config.browsers[0]" is invalid: "webkit" is not supported: there is no WebKit',
    ],
    [
      '- {name: a, run_url: "http://x/", run_config: {viewports: [{width: 1}]}}',
      '"[0].run_config.viewports[0].height" is invalid: it must be a number (it is missing).',
    ],
    ['', 'urls.yaml:1:1: The file must contain a list of tests.'],
    ['tests: 3', '"tests"'],
    ['test: []', 'urls.yaml:1:1: "test" is not a known key'],
    ['- 3', 'urls.yaml:1:3: "[0]" is invalid: a test is a mapping'],
    ['- name: a', '"[0].run_url" is invalid'],
    [
      '- name: a\n  run_urll: http://x/',
      'urls.yaml:2:3: "[0].run_urll" is not a known key. Did you mean "run_url"?',
    ],
    [
      '- run_url: http://x/\n  run_config: {injectCSS: a}',
      'urls.yaml:2:16: "[0].run_config.injectCSS" is not a known key. Did you mean "injectCss"?',
    ],
    ['- run_url: file:///etc/passwd', "has the scheme 'file'"],
    ['- run_url: http://u:p@x/', 'must not contain a user name or password'],
    ['- run_url: http://x/\n  ref_config: {}', 'needs "ref_url"'],
    [
      '- {name: a, run_url: http://x/}\n- {name: a, run_url: http://y/}',
      'urls.yaml:2:3: The name "a" is already used by the test in line 1',
    ],
    [
      '- {name: a, run_url: http://x/, viewports: [{width: 1, height: 1}, {width: 1, height: 1}]}',
      'The name "a@1x1" is already used',
    ],
    ['- {name: a, run_url: http://x/, viewports: []}', 'must have at least one entry'],
  ])('refuses %j', (text, message) => {
    expect(() => urls(text)).toThrow(message);
  });
});

describe('parseImageTests', () => {
  it("reads the original's example", () => {
    expect(images(testdata('my_tests.json'))).toEqual([
      {
        name: 'My homepage',
        runFailed: false,
        imagePath: 'tests/testdata/JellyBean1920.png',
        logPath: 'tests/testdata/testlog1.txt',
        url: 'http://example.com/another/url/that/is/here',
      },
      expect.objectContaining({ name: 'My other page', logPath: '/tmp/testlog2.txt' }),
    ]);
  });

  it('takes what is null for absent', () => {
    expect(images('- {name: a, image_path: null, run_failed: "boom"}')).toEqual([
      { name: 'a', runFailed: 'boom', imagePath: null, logPath: null, url: null },
    ]);
  });

  it.each([
    ['- image_path: a.png', '"[0].name" is invalid'],
    ['- {name: a, imagepath: a.png}', 'Did you mean "image_path"?'],
    ['- {name: "", image_path: a.png}', 'must not be empty'],
    ['- {name: a, image_path: 3}', '"[0].image_path" is invalid'],
    ['- {name: a}\n- {name: a}', 'images.yaml:2:4: The name "a" is already used by the test in line 1'],
  ])('refuses %j', (text, message) => {
    expect(() => images(text)).toThrow(message);
  });
});
