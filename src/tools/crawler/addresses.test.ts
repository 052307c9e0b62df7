import { describe, expect, it } from 'vitest';
import { commonShape, describeCutShort } from './cut-short.ts';
import { Frontier } from './frontier.ts';
import { compileGlobs } from './glob.ts';
import { createScope, runNameOf } from './scope.ts';

const scopeOf = (start: string, more: object = {}) =>
  createScope({ start, ignorePrefixes: [], keepQueryString: false, include: [], exclude: [], ...more });

describe('runNameOf', () => {
  it('is path and query', () => {
    expect(runNameOf('http://a.example/b/c?d=e')).toBe('/b/c?d=e');
  });

  it('of a long path has 255 characters, the same ones every time, and others for another path', () => {
    const [one, other] = ['x', 'y'].map((end) => runNameOf(`http://a.example/${'long/'.repeat(80)}${end}`));
    expect(one).toHaveLength(255);
    expect(one).toBe(runNameOf(`https://b.example/${'long/'.repeat(80)}x`));
    expect(one).not.toBe(other);
  });
});

describe('a scope', () => {
  it.each([
    ['http://a.example', 'http://a.example/'],
    ['http://a.example/b/../c?d#e', 'http://a.example/c'],
    ['HTTP://A.EXAMPLE:80/%7Eb', 'http://a.example/%7Eb'],
  ])('that starts at %s starts at %s', (start, normalised) => {
    expect(scopeOf(start).start).toBe(normalised);
  });

  it('takes links of either scheme with the scheme of the start', () => {
    const scope = scopeOf('https://a.example/');
    expect(scope.normalise(new URL('http://a.example/b'))).toBe('https://a.example/b');
    expect(scope.normalise(new URL('http://other.example/b'))).toBe('http://other.example/b');
    expect(scope.normalise(new URL('ftp://a.example/b'))).toBeNull();
  });

  it('drops what is no part of a page', () => {
    const scope = scopeOf('http://a.example/', { keepQueryString: true });
    expect(scope.normalise(new URL('http://me:secret@a.example/b?#c'))).toBe('http://a.example/b');
    expect(scope.normalise(new URL('http://a.example/b?c#d'))).toBe('http://a.example/b?c');
  });

  it('has no addresses that are too long', () => {
    const scope = scopeOf('http://a.example/');
    expect(scope.place(`http://a.example/${'a'.repeat(2_048 - 17)}`)).toBe('inside');
    expect(scope.place(`http://a.example/${'a'.repeat(2_048 - 16)}`)).toBe('too_long');
  });
});

describe('globs', () => {
  it.each([
    ['/a/*', '/a/b', true],
    ['/a/*', '/a/b/c', false],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/a', false],
    ['**/print', '/a/b/print', true],
    ['/?', '/a', true],
    ['/?', '//', false],
    ['/a.b+(c)[d]', '/a.b+(c)[d]', true],
    ['/a.b', '/axb', false],
    ['/a', '/a/b', false],
  ])('%s on %s: %s', (glob, text, expected) => {
    expect(compileGlobs('--include', [glob])(text)).toBe(expected);
  });

  it('take no longer for what is made to take long', () => {
    const isMatch = compileGlobs('--include', [`${'*a'.repeat(200)}*b`]);
    expect(isMatch('a'.repeat(2_048))).toBe(false);
  });
});

describe('a frontier', () => {
  it('keeps every address once, in order, up to its limit', () => {
    const frontier = new Frontier(3);
    for (const url of ['http://a/1', 'http://a/2', 'http://a/1', 'http://a/3', 'http://a/4', 'http://a/2']) {
      frontier.add(url, 0, null);
    }
    expect(frontier.urlsFrom(1)).toEqual(['http://a/2', 'http://a/3']);
    expect(frontier.forgotten).toBe(1);
  });
});

describe('what is said of a crawl that was cut short', () => {
  const many = (address: (index: number) => string) => Array.from({ length: 50 }, (_none, i) => address(i));

  it.each([
    [many((i) => `http://a/calendar/2026/${i}`), '/calendar/<n>/<n>'],
    [many((i) => `http://a/s${'x'.repeat(20)}${i}/page`), '/<id>/page'],
    [many((i) => `http://a${'/more'.repeat(i + 2)}`), '/more/…'],
    [many((i) => `http://a/list?page=${i}`), '/list?…'],
    [many((i) => `http://a/${String.fromCharCode(97 + (i % 26))}${'z'.repeat(i % 13)}`), null],
    [['http://a/1'], null],
  ])('names what most addresses look like', (addresses, shape) => {
    expect(commonShape(addresses)).toBe(shape);
  });

  it('counts what was forgotten, too', () => {
    expect(describeCutShort('addresses', '3 addresses', '--max-pages', [], 7)).toEqual({
      limit: 'addresses',
      unread: 7,
      message: 'The crawl stopped at its limit of 3 addresses (--max-pages). 7 more addresses were known.',
    });
  });
});
