// The bound on what is done at the same time.
import { expect, test } from 'vitest';
import { makeTurns, TooManyWait } from '../../src/api/turns.ts';

test('never more at once than there are places, whoever comes just when a place is left', async () => {
  const inTurn = makeTurns(2);
  let [now, most] = [0, 0];
  const work = async () => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
  };
  const all: Promise<void>[] = [];
  for (let index = 0; index < 50; index += 1) {
    all.push(inTurn(work), inTurn(work), inTurn(work));
    await Promise.resolve();
  }
  await Promise.all(all);
  expect(most).toBe(2);
});

test('a place is left by work that fails, and turns come in the order of coming', async () => {
  const inTurn = makeTurns(1);
  const order: number[] = [];
  const failing = inTurn(async () => Promise.reject(new Error('of its own')));
  const others = [1, 2, 3].map((number) => inTurn(async () => order.push(number)));
  await expect(failing).rejects.toThrow('of its own');
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});

test('beyond the bound nobody waits', async () => {
  const inTurn = makeTurns(1, 2);
  const [first, second, third] = [1, 2, 3].map((number) => inTurn(async () => number));
  await expect(inTurn(async () => 4)).rejects.toThrow(TooManyWait);
  expect(await Promise.all([first, second, third])).toEqual([1, 2, 3]);
});
