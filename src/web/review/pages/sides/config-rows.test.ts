import { expect, it } from 'vitest';
import { configRows, yamlTest } from './config-rows.ts';

it('differing keys come first; the order inside a value means nothing', () => {
  const before = { targetUrl: 'a', viewportSize: { width: 1, height: 2 }, injectCss: 'x' };
  const after = { targetUrl: 'b', viewportSize: { height: 2, width: 1 }, delayMs: 5 };
  expect(configRows(before, after).map(({ key, differs }) => `${key} ${differs}`)).toEqual([
    'targetUrl true',
    'delayMs true',
    'injectCss true',
    'viewportSize false',
  ]);
});

it('one side alone differs from nothing, and keys may be called anything', () => {
  const after = JSON.parse('{"__proto__": 1, "constructor": "x"}') as Record<string, unknown>;
  expect(configRows(null, after)).toEqual([
    { key: '__proto__', before: null, after: '1', differs: false },
    { key: 'constructor', before: null, after: 'x', differs: false },
  ]);
});

it('becomes a test of the local tool', () => {
  expect(yamlTest('/cart', { targetUrl: 'https://a.test/', delayMs: 5 })).toEqual({
    tests: [{ name: '/cart', url: 'https://a.test/', config: { delayMs: 5 } }],
  });
});
