import { expect, it, vi } from 'vitest';
import { RequestsAtWork } from './requests-at-work.ts';

const limits = {
  maxRequestsAtWork: 3,
  maxRequestsAtWorkPerCaller: 2,
  busyRefusalDelayMs: 500,
  maxDelayedBusyRefusals: 2,
};
const refusal = { code: 'unavailable', details: { retry_after: 1 } };

it('counts requests of all and of each caller, until they end', async () => {
  const atWork = new RequestsAtWork({ ...limits, busyRefusalDelayMs: 0 });
  const begin = async (caller: string) => {
    const request = await atWork.begin();
    await request.claim(caller);
    return request;
  };
  const [one] = [await begin('a'), await begin('a')];
  await expect(begin('a'), 'more of one caller').rejects.toMatchObject(refusal);
  await begin('b');
  await expect(begin('b'), 'more than the server has').rejects.toMatchObject(refusal);
  one.end();
  one.end();
  await begin('a');
  await expect(begin('c'), 'an end counts once').rejects.toMatchObject(refusal);
});

it('L16: a refusal comes late, holds no place meanwhile, and no more wait than may', async () => {
  vi.useFakeTimers();
  try {
    const atWork = new RequestsAtWork(limits);
    await (await atWork.begin()).claim('a');
    await (await atWork.begin()).claim('a');
    const answered: string[] = [];
    const refused = (name: string, call: Promise<unknown>) => call.catch(() => void answered.push(name));
    void refused('of a', (await atWork.begin()).claim('a'));
    const last = await atWork.begin();
    void refused('of all', atWork.begin());
    await refused('beyond those that wait', atWork.begin());
    await vi.advanceTimersByTimeAsync(499);
    expect(answered).toEqual(['beyond those that wait']);
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toEqual(['beyond those that wait', 'of a', 'of all']);
    last.end();
    await (await atWork.begin()).claim('b');
  } finally {
    vi.useRealTimers();
  }
});

it('a caller that has gone before it is known holds no place', async () => {
  const atWork = new RequestsAtWork({ ...limits, maxRequestsAtWorkPerCaller: 1 });
  const gone = await atWork.begin();
  gone.end();
  await gone.claim('a');
  await (await atWork.begin()).claim('a');
});
