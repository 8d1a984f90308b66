/** @file The five leaks with the seeds 0 to 9: honest means are those of a coin, and the leaking ones lie. */
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import type { PlayLeakResult } from '../src/jobs/play-leak/play-leak';
import { leakNames } from '../src/vocabulary/leaks';
import { road } from './road';

describe.each(leakNames)('%s', (name) => {
  it('honest 0.5, leaking at least 0.1 above', async () => {
    const study = await road(memoryFolder('s'), 'wasm');
    const { result, output } = await study.must(`clinicadl play-leak ${name} leaks --seed 0 --n_seeds 10`);
    const { honest, gap } = (result as PlayLeakResult).summary!;
    console.log(`${name}\n${output.join('\n')}`);
    expect(honest.low).toBeLessThanOrEqual(0.5);
    expect(honest.high).toBeGreaterThanOrEqual(0.5);
    expect(gap.mean).toBeGreaterThanOrEqual(0.1);
    expect(gap.low).toBeGreaterThan(0);
  });
});
