/** @file The estimate of the time left. */
import { expect, it } from 'vitest';
import { timeLeft } from './time-left';

it('there is no estimate before the first piece has ended', () => {
  expect(timeLeft().seconds(10)).toBeUndefined();
});

it('one slow piece does not shake the estimate', () => {
  const left = timeLeft();
  for (const durationMs of [1000, 1000, 90_000, 1000]) left.add(durationMs);
  expect(left.seconds(10)).toBe(10);
});

it('pieces that run side by side share the time', () => {
  const left = timeLeft();
  left.add(1000);
  left.add(3000);
  expect(left.seconds(5, 2)).toBe(6);
  expect(left.seconds(0, 2)).toBe(0);
});

it('only the last pieces count', () => {
  const left = timeLeft(3);
  for (const durationMs of [9000, 9000, 9000, 1000, 1000, 1000]) left.add(durationMs);
  expect(left.seconds(1)).toBe(1);
});
