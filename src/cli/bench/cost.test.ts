/** @file The model of cost against the measurements of the guide. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { factorsOf, kinds, milliseconds, passMs, probeSamples, workOf } from '../../engine/cost';
import { curves } from './cost';
import { fitFactors, relativeErrors } from './fit';
import { type NetworkCase, nameOf, networkOf } from './networks';
import { median } from './timing';

const guide = readFileSync('public/guide/cost.md', 'utf8');

/** Milliseconds of a step and a prediction, by the guide. */
function told(network: NetworkCase): readonly number[] {
  const sizes = network.sizes === undefined ? '' : `, ${network.sizes.io_layer_channels} channels`;
  const row = guide.split('\n').find((line) => line.startsWith(`| ${nameOf(network)}${sizes} | `));
  if (row === undefined) throw new Error(`the guide has no row of ${nameOf(network)}`);
  return row.split('|').slice(2, 4).map(Number);
}

const networks = Object.values(curves).flat();

it.each(kinds)('%s: the model tells what was measured to a quarter, in the median', (kind) => {
  const modelled = networks.map((one) => milliseconds(factorsOf[kind], workOf(networkOf(one), kind), one.batch));
  const measured = networks.map((one) => told(one)[kind === 'train' ? 0 : 1]);
  expect(median(relativeErrors(modelled, measured))).toBeLessThanOrEqual(0.25);
});

it('the factors stand in the guide', () => {
  for (const kind of kinds) for (const value of Object.values(factorsOf[kind])) expect(guide).toContain(`| ${value} |`);
});

it('the work of a network is that of its convolutions and linear layers', () => {
  const { nodes } = networkOf({ architecture: 'Conv4_FC3', inputSize: [1, 32, 32, 32], batch: 1 }).graph;
  const predict = workOf(networkOf({ architecture: 'Conv4_FC3', inputSize: [1, 32, 32, 32], batch: 1 }), 'predict');
  // Five convolutions of 3³ on 32³, 16³, 8³, 4³ and 2³ voxels; the linear layers that the graph names.
  const convolutions = 27 * (8 * 32 ** 3 + 8 * 16 * 16 ** 3 + 16 * 32 * 8 ** 3 + 32 * 64 * 4 ** 3 + 64 * 128 * 2 ** 3);
  const linear = nodes.flatMap((node) =>
    node.op === 'linear' ? [node.attributes.inFeatures * node.attributes.outFeatures] : [],
  );
  expect(predict.products * 1e6).toBeCloseTo(linear.reduce((sum, own) => sum + own, convolutions));
});

it('a pass is as long as its batches, the last smaller one included, at the speed that was measured', () => {
  const network = networkOf({ architecture: 'Conv4_FC3', inputSize: [1, 32, 32, 32], batch: 4 });
  const of = (n: number): number => milliseconds(factorsOf.train, workOf(network, 'train'), n);
  expect(passMs(network, 'train', { probe: 4, ms: 3 * of(4) }, 11, 4)).toBeCloseTo(3 * (2 * of(4) + of(3)));
  expect(probeSamples(network, 8)).toBe(8);
  const brain = networkOf({ architecture: 'Conv5_FC3', inputSize: [1, 169, 208, 179], batch: 8 });
  expect(probeSamples(brain, 8)).toBe(1);
});

it('fits factors that make the data, and none below zero', () => {
  const rows = [1, 2, 5, 9].map((x) => [x, x ** 2, 1]);
  const made = rows.map(([x, squares]) => 3 * x + 2 * squares);
  for (const [i, factor] of fitFactors(rows, made).entries()) expect(factor).toBeCloseTo([3, 2, 0][i], 3);
  expect(
    fitFactors(
      rows,
      rows.map(([x]) => 10 * x + 1 - 0.1 * x ** 2),
    )[1],
  ).toBe(0);
});
