import { describe, expect, it } from 'vitest';
import { appError } from '../base/errors';
import { recovery } from './recovery';

const lost = appError('gpu-lost', { reason: 'unknown', message: 'gone' });
const full = appError('gpu-out-of-memory', { message: 'full' });

const policyOf = (batch: number) => recovery(batch, { goesOn: 'it goes on from its last checkpoint', again: '"train resume m"' });

describe('recovery of a training', () => {
  it('takes two lost devices in five minutes, not three', () => {
    const policy = policyOf(8);
    expect(policy.after(lost, 0)).toContain('last checkpoint');
    policy.after(lost, 60_000);
    expect(() => policy.after(lost, 120_000)).toThrow(expect.objectContaining({ code: 'gpu-keeps-failing' }));
  });

  it('forgets losses that are older than five minutes', () => {
    const policy = policyOf(8);
    for (let minute = 0; minute < 60; minute += 3) policy.after(lost, minute * 60_000);
    expect(policy.largestBatch).toBe(8);
  });

  it('halves the batch four times at most', () => {
    const policy = policyOf(64);
    const sizes = [1, 2, 3, 4].map(() => {
      policy.after(full, 0);
      return policy.largestBatch;
    });
    expect(sizes).toEqual([32, 16, 8, 4]);
    expect(() => policy.after(full, 0)).toThrow(expect.objectContaining({ code: 'gpu-memory-short' }));
  });

  it('stops at one sample', () => {
    const policy = policyOf(2);
    policy.after(full, 0);
    expect(() => policy.after(full, 0)).toThrow(/one sample|1 sample/);
  });

  it('lets other errors through', () => {
    const other = new TypeError('a bug');
    expect(() => policyOf(8).after(other, 0)).toThrow(other);
  });
});
