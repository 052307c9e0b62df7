import { describe, expect, it } from 'vitest';
import { hostileNames } from '../../../test/support/hostile-strings.ts';
import { codeSpan, commentMarker, commentText, hasMarker, plainText } from './comment-text.ts';
import type { CommentContent } from './comment-text.ts';

const content: CommentContent = {
  marker: commentMarker('0123abcd', 7),
  hiddenBy: 'html',
  buildName: 'Shop | web',
  releaseName: 'feature',
  releaseNumber: 2,
  commit: 'a'.repeat(40),
  conclusion: 'failure',
  text: '1 of 3 differs, 1 new, waiting for review',
  url: 'https://dpxdt.test/release?id=7&name=feature&number=2',
  rows: [
    { name: '/new', word: 'new', detail: null },
    { name: '/cart', word: 'differs', detail: '1.20 %' },
    { name: '/lost', word: 'failed', detail: 'page timeout' },
    { name: '/down', word: 'accepted', detail: 'http status' },
  ],
  images: [],
  openThreads: 0,
  remark: null,
};

describe('the comment on a pull request', () => {
  it('says what differs, who decides, and where', () => {
    expect(commentText(content)).toBe(
      [
        '<!-- dpxdt:0123abcd:7 -->',
        '',
        '**Depicted** `Shop | web`: 1 of 3 differs, 1 new, waiting for review',
        '',
        '| page | |',
        '| --- | --- |',
        '| `/lost` | failed: page timeout |',
        '| `/cart` | differs: 1.20 % |',
        '| `/new` | new |',
        '| `/down` | failed, accepted: http status |',
        '',
        'A reviewer of this build decides: [release](https://dpxdt.test/release?id=7&name=feature&number=2) `feature` #2 of aaaaaaaaaa.',
      ].join('\n'),
    );
  });

  it('counts open threads, and says nothing of what is in them', () => {
    expect(commentText({ ...content, openThreads: 2 })).toContain(
      '\n[2 open threads](https://dpxdt.test/release?id=7&name=feature&number=2&comments=on) in Depicted.',
    );
  });

  it('is found again by its first line alone', () => {
    for (const hiddenBy of ['html', 'link'] as const) {
      const text = commentText({ ...content, hiddenBy });
      expect(hasMarker(text, content.marker)).toBe(true);
      expect(hasMarker(`> ${text}`, content.marker)).toBe(false);
      expect(hasMarker(text, commentMarker('0123abcd', 70))).toBe(false);
      expect(hasMarker(text, commentMarker('99999999', 7))).toBe(false);
    }
  });

  it('has at most 20 rows and 60,000 characters', () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      name: `${index}${'`|'.repeat(2_000)}`,
      word: 'differs' as const,
      detail: null,
    }));
    const text = commentText({ ...content, rows });
    expect(text.length).toBeLessThanOrEqual(60_000);
    const short = commentText({
      ...content,
      rows: rows.map(({ word }, index) => ({ name: `/${index}`, word, detail: null })),
    });
    expect(short.match(/\| differs \|/g)).toHaveLength(20);
    expect(short).toContain('… and 480 more.');
  });

  it.each([
    ['/', '`/`'],
    ['a|b', '`a\\|b`'],
    ['`', '`` ` ``'],
    ['a``b`c', '``` a``b`c ```'],
    ['@team', '`@\u200Bteam`'],
    ['a\n| x | y |', '`a \\| x \\| y \\|`'],
    ['\u202Eevil', '`[U+202E]evil`'],
    ['  ', '` `'],
  ])('shows the name %j as %j', (name, shown) => expect(codeSpan(name)).toBe(shown));

  it('is one line for each page, whatever its name', () => {
    for (const { what, text: name } of hostileNames) {
      const text = commentText({
        ...content,
        buildName: name,
        releaseName: name,
        text: `rejected by ${name}`,
        rows: [{ name, word: 'differs', detail: name }],
      });
      const lines = text.split('\n');
      expect(lines, what).toHaveLength(9);
      expect(text, what).not.toMatch(/@[^\u200B]/);
      expect(lines[6]!.replaceAll('\\|', '').match(/\|/g), what).toHaveLength(3);
    }
  });

  it.each([
    ['[l](http://x) <b> @a *b*', '\\[l\\]\\(http:\u200B//x\\) \\<b\\> @\u200Ba \\*b\\*'],
    ['1 of 3 differs', '1 of 3 differs'],
  ])('obeys nothing in the text %j', (text, shown) => expect(plainText(text)).toBe(shown));
});
