import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { afterPlateau, plateauStart } from './plateau';

it('the rate falls when that of PyTorch does', () => {
  const { reduce_on_plateau } = JSON.parse(readFileSync('test/golden/networks/optimisers.json', 'utf8')) as {
    readonly reduce_on_plateau: { readonly losses: readonly number[]; readonly lr_after_each_step: readonly number[] };
  };
  const rates: number[] = [];
  let state = plateauStart(1e-4);
  for (const loss of reduce_on_plateau.losses) {
    state = afterPlateau(state, loss);
    rates.push(state.rate);
  }
  expect(rates).toEqual(reduce_on_plateau.lr_after_each_step);
  expect(new Set(rates).size).toBeGreaterThan(3);
});

it('a loss that is no number is no improvement', () => {
  expect(afterPlateau(plateauStart(1), Number.NaN)).toEqual({ rate: 1, best: null, count: 1 });
  expect(afterPlateau({ rate: 1, best: 2, count: 10 }, Number.NaN)).toEqual({ rate: 0.1, best: 2, count: 0 });
});
