import { describe, expect, it } from 'vitest';
import { AppError, exitStatusOf, httpStatusOf, listErrorCodes, rootCodeOf } from './errors.ts';

describe('error codes', () => {
  it('take both statuses from their root', () => {
    expect(rootCodeOf('config_invalid')).toBe('invalid_argument');
    expect([httpStatusOf('config_invalid'), exitStatusOf('config_invalid')]).toEqual([400, 2]);
    expect([httpStatusOf('image_too_large'), exitStatusOf('image_too_large')]).toEqual([422, 3]);
    expect([httpStatusOf('unavailable'), exitStatusOf('unavailable')]).toEqual([503, 5]);
    expect(rootCodeOf('not_found')).toBe('not_found');
  });

  it('are listed once each, with a root that is its own root', () => {
    const codes = listErrorCodes();
    expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
    for (const { root, httpStatus, exitStatus } of codes) {
      expect(rootCodeOf(root)).toBe(root);
      expect(httpStatus).toBeGreaterThanOrEqual(400);
      expect([2, 3, 5]).toContain(exitStatus);
    }
  });
});

describe('AppError', () => {
  it('keeps code, details and cause', () => {
    const cause = new Error('inner');
    const error = new AppError('not_found', 'There is none.', { cause, details: { path: ['a'] } });
    expect(error).toMatchObject({
      code: 'not_found',
      message: 'There is none.',
      cause,
      details: { path: ['a'] },
    });
    expect(new AppError('internal', 'x').details).toEqual({});
    expect('cause' in new AppError('internal', 'x')).toBe(false);
  });
});
