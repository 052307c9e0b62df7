import { describe, expect, it } from 'vitest';
import { formatPlace, startOf, viewOf, viewSearch } from './view-address.ts';

describe('view in an address', () => {
  it('comes back as it was written', () => {
    const place = { x: -12.25, y: 4096.55, scale: 0.35716 };
    expect(startOf({ at: formatPlace(place) }).at).toEqual({ x: -12.3, y: 4096.6, scale: 0.3572 });
    expect(viewSearch('swipe', 2)).toEqual({ view: 'swipe', region: '3' });
    expect(startOf({ region: '3' })).toEqual({ region: 2 });
    expect(viewSearch('side', null)).toEqual({});
  });

  it.each(['1,2', '1,2,0', '1,2,-1', 'a,b,c', '1,2,3,4', 'NaN,1,1', 'Infinity,1,1', ''])(
    'leaves out the place %j',
    (at) => expect(startOf({ at })).toEqual({}),
  );

  it.each(['0', '-1', '1.5', 'x'])('leaves out the region %j', (region) =>
    expect(startOf({ region })).toEqual({}),
  );

  it('knows only views that there are', () => {
    expect(viewOf({ view: 'onion' })).toBe('onion');
    expect(viewOf({ view: '__proto__' })).toBeNull();
  });
});
