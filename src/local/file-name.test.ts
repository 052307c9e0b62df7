import { basename, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileNameKey, fileNameOf } from './file-name.ts';

describe('fileNameOf', () => {
  it.each(['demo', 'Home page (v2)', 'a_b-c.d@1280x1024', 'Größe 日本', '-flag'])('keeps %s', (name) => {
    expect(fileNameOf(name)).toBe(name);
  });

  it.each([
    ['/foo?bar=meep', /^foo-bar-meep-[0-9a-f]{10}$/],
    ['../../x', /^x-[0-9a-f]{10}$/],
    ['..', /^[0-9a-f]{10}$/],
    ['.hidden', /^hidden-[0-9a-f]{10}$/],
    ['C:\\x', /^C-x-[0-9a-f]{10}$/],
    ['a'.repeat(255), /^a{60}-[0-9a-f]{10}$/],
    ['日'.repeat(200), /^[0-9a-f]{10}$/],
    ['<script>', /^script-[0-9a-f]{10}$/],
  ])('turns %s into a slug and a hash', (name, expected) => {
    const fileName = fileNameOf(name);
    expect(fileName).toMatch(expected);
    expect(normalize(join('folder', fileName))).toBe(join('folder', basename(fileName)));
  });

  it('gives different names different files', () => {
    expect(fileNameOf('a/b')).not.toBe(fileNameOf('a?b'));
  });

  it('knows names that one file system or another takes for the same', () => {
    expect(fileNameKey('Demo')).toBe(fileNameKey('demo'));
    expect(fileNameKey('Gro\u0308ße')).toBe(fileNameKey('Größe'));
  });
});
