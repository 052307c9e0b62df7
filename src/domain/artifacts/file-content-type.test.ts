import { expect, it } from 'vitest';
import { fileContentType, servedContentType } from './file-content-type.ts';

it.each([
  ['index.html', 'text/html'],
  ['PHOTO.JPG', 'image/jpeg'],
  ['app.min.js', 'text/javascript'],
  ['a/b.c/font.woff2', 'font/woff2'],
  ['README', null],
  ['png', null],
  ['a.unknown', null],
  ['a.constructor', null],
  ['a.png/', null],
  ['', null],
])('%s is %s', (name, type) => {
  expect(fileContentType(name)).toBe(type);
});

it.each([
  ['a.js', 'text/javascript; charset=utf-8'],
  ['a.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['a.svg', 'image/svg+xml'],
  ['a.woff2', 'font/woff2'],
  ['LICENSE', 'application/octet-stream'],
])('%s is served as %s', (name, type) => {
  expect(servedContentType(name)).toBe(type);
});
