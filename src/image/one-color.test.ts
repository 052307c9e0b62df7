import { expect, it } from 'vitest';
import { writePng } from '../../test/support/png-writer.ts';
import { onlyColorOf } from './one-color.ts';

const plain = (channels: 3 | 4, color: number[], width = 40, height = 30) => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, index) => color[index % channels]!),
});

it.each([0, 1, 2, 3, 4, 5])('finds the only color behind the filter %i', async (filter) => {
  const filterOf = (y: number): number => (filter === 5 ? y % 5 : filter);
  expect(await onlyColorOf(writePng(plain(3, [1, 200, 255]), filterOf))).toBe('#01c8ff');
  const speck = plain(3, [1, 200, 255]);
  speck.data[speck.data.length - 1] = 254;
  expect(await onlyColorOf(writePng(speck, filterOf))).toBeNull();
});

it('looks at all of a large picture', async () => {
  const large = plain(3, [250, 250, 250], 1_280, 900);
  expect(await onlyColorOf(writePng(large))).toBe('#fafafa');
  large.data[large.data.length - 1] = 0;
  expect(await onlyColorOf(writePng(large))).toBeNull();
});

it('knows transparency, and leaves pictures that show something alone', async () => {
  expect(await onlyColorOf(writePng(plain(4, [9, 9, 9, 255])))).toBe('#090909');
  expect(await onlyColorOf(writePng(plain(4, [0, 0, 0, 0])))).toBe('#00000000');
  expect(await onlyColorOf(writePng(plain(3, [1, 2, 3], 1, 1)))).toBeNull();
  expect(await onlyColorOf(Buffer.from('no picture'))).toBeNull();
});
