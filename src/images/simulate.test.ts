/** @file A simulated image can be stopped while it is computed. */
import { expect, it } from 'vitest';
import { planCohort } from './cohort-plan';
import { simulateVolume } from './simulate';

it('ends between two planes, where the work is stopped', async () => {
  const shape = [9, 10, 11] as const;
  const template = { shape, data: new Float32Array(9 * 10 * 11).fill(100), voxelSizeMm: 20 };
  const [{ simulation }] = planCohort({
    ...{ n_subjects: 8, difficulty: 'easy', age_effect: 0.6, n_sessions: 1, n_sites: 1, site_link: 0, n_twins: 0, seed: 0 },
  });
  let asked = 0;
  const whole = await simulateVolume(template, simulation, async () => void asked++);
  expect(whole).toHaveLength(9 * 10 * 11);
  expect(asked).toBeGreaterThanOrEqual(shape[2]);
  let left = 5;
  const stopped = simulateVolume(template, simulation, async () => {
    if (--left === 0) throw new DOMException('stop', 'AbortError');
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  expect(left).toBe(0);
});
