import { describe, expect, it } from 'vitest';
import { checkCommentText, countOpenThreads, isSameActor, mentionsIn } from './comment.ts';
import { placeIn, pointInOther, type CommentPlace } from './comment-place.ts';

describe('the text of a comment', () => {
  it('is kept without what does not belong to it', () => {
    expect(checkCommentText('  a\r\nb\rc \n')).toBe('a\nb\nc');
    expect(checkCommentText('x\u202Etxt.exe'), 'invisible characters are written out').toBe(
      'x[U+202E]txt.exe',
    );
    expect(checkCommentText('\u200B'), 'also if nothing else is there').toBe('[U+200B]');
    expect([...checkCommentText('🙂'.repeat(4_000))]).toHaveLength(4_000);
  });

  it.each([
    [' \n ', 'text must not be empty.'],
    ['a'.repeat(4_001), 'text must be at most 4,000 characters long; it has 4,001.'],
    ['a\u0000b', 'text must not contain control characters.'],
    ['a\u001b[31m', 'text must not contain control characters.'],
    ['a\uD800', 'text must be valid Unicode.'],
  ])('is refused: %j', (text, problem) => {
    expect(() => checkCommentText(text)).toThrow(problem);
  });
});

describe('mentions', () => {
  const people = ['Ann', 'Ann Lee', 'bob', 'Zoë', '李雷', 'a.b'].map((name) => ({
    userId: `id ${name}`,
    name,
  }));
  const namesIn = (text: string) => mentionsIn(text, people).map(({ name }) => name);

  it('are names of members after an @, the longest that fits, each once', () => {
    expect(namesIn('@ann and @BOB, @Ann again')).toEqual(['Ann', 'bob']);
    expect(namesIn('@Ann Lee: look')).toEqual(['Ann Lee']);
    expect(namesIn('(@Zoë) @李雷: @a.b.')).toEqual(['Zoë', '李雷', 'a.b']);
  });

  it('are neither addresses nor beginnings of other words', () => {
    expect(namesIn('mail x@bob.test, @bobby, @@bob, @nobody')).toEqual([]);
  });

  it('mean all of one name, 20 at most', () => {
    const twins = Array.from({ length: 30 }, (_, index) => ({ userId: `${index}`, name: 'Kim' }));
    expect(mentionsIn('@Kim', twins)).toHaveLength(20);
  });

  it('are found quickly in the worst text', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({ userId: `${index}`, name: `@${index}` }));
    const began = performance.now();
    mentionsIn(' @'.repeat(2_000), many);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

it('an author is the same under another name', () => {
  expect(isSameActor('user:1/Ann', 'user:1/Anna')).toBe(true);
  expect(isSameActor('user:1/Ann', 'user:2/Ann')).toBe(false);
  expect(isSameActor('local/Ann', 'local/Bob')).toBe(false);
  expect(isSameActor('key:1', 'key:1')).toBe(true);
});

it('counts threads that are open and of which something is left', () => {
  const one = { id: 1, replyTo: null, deletedAt: null, resolvedAt: null };
  const gone = { ...one, id: 4, deletedAt: 1 };
  expect(countOpenThreads([one, { ...one, id: 2, replyTo: 1 }])).toBe(1);
  expect(
    countOpenThreads([
      { ...one, resolvedAt: 1 },
      { ...one, id: 2, replyTo: 1 },
    ]),
  ).toBe(0);
  expect(countOpenThreads([gone])).toBe(0);
  expect(countOpenThreads([one, gone, { ...one, id: 5, replyTo: 4 }])).toBe(2);
});

describe('a place', () => {
  const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });
  const change = { changedPixels: 1, fingerprint: 'f' };
  const moves = {
    blocks: [{ kind: 'moved' as const, before: box(0, 100, 800, 500), after: box(0, 164, 800, 500) }],
    changes: [
      { ...change, kind: 'added' as const, before: null, after: box(0, 100, 800, 64) },
      { ...change, kind: 'removed' as const, before: box(600, 20, 50, 20), after: null },
      { ...change, kind: 'resized' as const, before: box(10, 200, 100, 20), after: box(10, 264, 40, 20) },
    ],
  };

  it('follows what moved, and is not where the other image has nothing', () => {
    expect(pointInOther(moves, 'after', { x: 5, y: 300 })).toEqual({ x: 5, y: 236 });
    expect(pointInOther(moves, 'before', { x: 5, y: 236 })).toEqual({ x: 5, y: 300 });
    expect(pointInOther(moves, 'after', { x: 5, y: 50 }), 'did not move').toEqual({ x: 5, y: 50 });
    expect(pointInOther(moves, 'after', { x: 5, y: 120 }), 'was added').toBeNull();
    expect(pointInOther(moves, 'before', { x: 610, y: 25 }), 'was removed').toBeNull();
    expect(pointInOther(moves, 'before', { x: 105, y: 205 }), 'became narrower').toEqual({ x: 49, y: 269 });
    expect(pointInOther(null, 'before', { x: 1, y: 2 })).toEqual({ x: 1, y: 2 });
  });

  it('is found again after the page was captured again, through the image that stayed', () => {
    const place: CommentPlace = {
      side: 'after',
      before: { image: 'b', x: 5, y: 236 },
      after: { image: 'a', x: 5, y: 300 },
    };
    expect(placeIn(place, { before: 'b', after: 'a', moves })).toEqual({
      before: { x: 5, y: 236 },
      after: { x: 5, y: 300 },
    });
    const again = { blocks: [{ ...moves.blocks[0]!, after: box(0, 110, 800, 500) }], changes: [] };
    expect(placeIn(place, { before: 'b', after: 'new', moves: again })).toEqual({
      before: { x: 5, y: 236 },
      after: { x: 5, y: 246 },
    });
    expect(placeIn(place, { before: 'x', after: 'y', moves })).toEqual({ before: null, after: null });
    expect(placeIn(place, { before: null, after: 'a', moves: null })).toEqual({
      before: null,
      after: { x: 5, y: 300 },
    });
  });
});
