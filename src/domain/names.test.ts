import { describe, expect, it } from 'vitest';
import { checkDigest, checkName, checkPageUrl, defaultRunName } from './names.ts';

describe('names and addresses', () => {
  it('takes any text of 1 to 255 characters without control characters', () => {
    const names = [
      'a',
      ' ',
      '../../etc/passwd',
      'x'.repeat(255),
      '😀'.repeat(255),
      'שלום',
      '<img onerror=x>',
    ];
    for (const name of names) expect(checkName('run_name', name)).toBe(name);
    const refused = [
      '',
      'x'.repeat(256),
      '😀'.repeat(256),
      'a\nb',
      'a\u0000',
      'a\u007f',
      'a\u0085',
      '\ud800',
    ];
    for (const name of refused) {
      expect(() => checkName('run_name', name), JSON.stringify(name)).toThrow(/^run_name must/);
    }
  });

  it('takes http and https addresses only', () => {
    expect(defaultRunName(checkPageUrl('url', 'http://shop.test'))).toBe('/');
    expect(defaultRunName(checkPageUrl('url', 'https://shop.test/a%20b?x=1&y#part'))).toBe('/a%20b?x=1&y');
    const refused = [
      'file:///etc/passwd',
      'FILE:/x',
      'javascript:alert(1)',
      'data:text/html,x',
      'about:blank',
    ];
    refused.push('view-source:http://x/', 'chrome://version', 'blob:http://x/1', 'ftp://x/', 'http://u:p@x/');
    for (const url of refused) {
      expect(() => checkPageUrl('ref_url', url), url).toThrow(
        expect.objectContaining({ code: 'url_not_allowed' }),
      );
    }
    expect(() => checkPageUrl('url', '/relative')).toThrow('url is not an absolute URL: "/relative".');
    expect(() => checkPageUrl('url', `http://x/${'y'.repeat(2_040)}`)).toThrow('at most 2048 characters');
  });

  it('takes artifact ids in either case', () => {
    expect(checkDigest('image', 'ABCDEF0123'.repeat(4))).toBe('abcdef0123'.repeat(4));
    for (const digest of ['', 'abc', 'g'.repeat(40), 'a'.repeat(41)]) {
      expect(() => checkDigest('image', digest)).toThrow(/^image must be an artifact id/);
    }
  });
});
