/** @file The linear layers, the loss and the optimiser step as lists of kernels. */
import { adam, linearAdam } from '../../gpu/kernels/adam';
import {
  biasGradient,
  crossEntropy,
  features,
  linearFinish,
  linearInputFinish,
  linearInputParts,
  linearParts,
} from '../../gpu/kernels/linear';
import type { Command, Source } from './commands';
import { inputLanes, outputLanes } from './lanes';
import { type Layout, lastVoxels, samplesIn } from './layout';

const named = (buffer: string): Source => ({ buffer });
const step: Source = { uniform: 'step' };
const hyper: Source = { uniform: 'adam' };
const quads = (n: number): number => Math.ceil(n / 4);

/** From the last block's output to the logits; `masked` in training mode. */
export function forwardLinear(layout: Layout, masked: boolean): Command[] {
  const { conv, linear, groups, batchSize: N } = layout;
  const last = conv.length - 1;
  const maskOf = (j: number): number => (masked && linear[j]?.dropout !== undefined ? 1 : 0);
  const SIZE = lastVoxels(layout) * conv[last].CO;
  const commands = groups.map(
    ({ first }, g): Command => ({
      use: { spec: features, constants: { SIZE, ZS: conv[last].ZS, MASK: maskOf(0) } },
      sources: [
        { range: (n) => ({ n: samplesIn(layout, g, n), part0: first }) },
        step,
        ...[`p.${last}.${g}`, 'mask.0', 'rows.0'].map(named),
      ],
      extent: (n) => ({ threads: SIZE, z: samplesIn(layout, g, n) }),
    }),
  );
  for (const [j, stage] of linear.entries()) {
    const { I, OUT, block, chunks } = stage;
    const O = block.outFeatures;
    const S = outputLanes(stage);
    for (const [c, { first: FIRST, count: COUNT }] of chunks.entries())
      commands.push({
        use: { spec: linearParts, constants: { I, O, N, FIRST, COUNT, S } },
        sources: [step, ...[`rows.${j}`, `w.${j}.${c}`, 'parts'].map(named)],
        extent: (n) => ({ threads: S * COUNT, z: quads(n) }),
      });
    const constants = { S, N, O, OUT, BIAS: stage.bias, RELU: block.relu ? 1 : 0, MASK: maskOf(j + 1) };
    commands.push({
      use: { spec: linearFinish, constants },
      sources: [step, ...['parts', 'arena.w', `mask.${maskOf(j + 1) === 1 ? j + 1 : 0}`, `rows.${j + 1}`].map(named)],
      extent: (n) => ({ threads: OUT * n, z: 1 }),
    });
  }
  return commands;
}

/** Loss and gradient of the logits, then back to dp of the last block; keeps the rows of every layer's output gradient. */
export function backwardLinear(layout: Layout): Command[] {
  const { conv, linear, groups, batchSize: N, spec } = layout;
  const last = linear.length - 1;
  const commands: Command[] = [
    {
      use: { spec: crossEntropy, constants: { K: spec.outputSize, OUT: linear[last].OUT } },
      sources: [step, ...['labels', `rows.${linear.length}`, `rows-gradient.${last}`, 'losses'].map(named)],
      extent: () => ({ threads: 1, z: 1 }),
    },
  ];
  for (let j = last; j >= 0; j--) {
    const stage = linear[j];
    const { I, OUT, block, chunks } = stage;
    commands.push({
      use: { spec: biasGradient, constants: { O: block.outFeatures, OUT, BIAS: stage.bias } },
      sources: [step, ...[`rows-gradient.${j}`, 'arena.g'].map(named)],
      extent: () => ({ threads: block.outFeatures, z: 1 }),
    });
    const lanes = inputLanes(stage, layout.threads);
    let PART = 0;
    for (const [c, { first: FIRST, count: COUNT }] of chunks.entries()) {
      const S = lanes[c];
      commands.push({
        use: { spec: linearInputParts, constants: { I, O: OUT, N, FIRST, COUNT, PART, S } },
        sources: [step, ...[`rows-gradient.${j}`, `w.${j}.${c}`, 'parts'].map(named)],
        extent: (n) => ({ threads: (S * I) / 4, z: quads(n) }),
      });
      PART += S;
    }
    const MASK = stage.dropout === undefined ? 0 : 1;
    const finish = (
      to: string,
      range: Source,
      rest: Readonly<Record<'STRIDE' | 'ROWS' | 'RELU', number>> & { readonly HALF?: 0 },
      count: (n: number) => number,
    ): void =>
      void commands.push({
        use: { spec: linearInputFinish, constants: { S: PART, N, I, MASK, ...rest } },
        sources: [range, step, ...['parts', `rows.${j}`, `mask.${j}`, to].map(named)],
        extent: (n) => ({ threads: I * count(n), z: Math.min(1, count(n)) }),
      });
    if (j > 0) {
      const RELU = linear[j - 1].block.relu ? 1 : 0;
      finish(`rows-gradient.${j - 1}`, { range: (n) => ({ n }) }, { STRIDE: I, ROWS: 1, RELU, HALF: 0 }, (n) => n);
      continue;
    }
    const k = conv.length - 1;
    for (const [g, { first }] of groups.entries()) {
      const samples = (n: number): number => samplesIn(layout, g, n);
      const range: Source = { range: (n) => ({ n: samples(n), part0: first }) };
      finish(`dp.${k}.${g}`, range, { STRIDE: conv[k].ZS, ROWS: 0, RELU: 0 }, samples);
    }
  }
  return commands;
}

/** One Adam step on everything; clears the gradients of the arena. */
export function optimizerStep(layout: Layout): Command[] {
  const small: Command = {
    use: { spec: adam, constants: { SIZE: layout.arena } },
    sources: [hyper, ...['arena.w', 'arena.g', 'arena.m', 'arena.v'].map(named)],
    extent: () => ({ threads: layout.arena / 4, z: 1 }),
  };
  const matrices = layout.linear.flatMap(({ I, OUT: O, chunks }, j) =>
    chunks.map(
      ({ first: FIRST, count: COUNT }, c): Command => ({
        use: { spec: linearAdam, constants: { I, O, FIRST, COUNT } },
        sources: [hyper, ...[`rows.${j}`, `rows-gradient.${j}`, `w.${j}.${c}`, `m.${j}.${c}`, `v.${j}.${c}`].map(named)],
        extent: () => ({ threads: (I / 4) * COUNT, z: 1 }),
      }),
    ),
  );
  return [small, ...matrices];
}
