/** @file The operations of one block, ours and TensorFlow.js', layer by layer of Conv5_FC3. */
import * as tf from '@tensorflow/tfjs-core';
import { channelsNear, convolutionGroup, filterLanes, joinGroup, voxelLanes } from '../../engine/webgpu/lanes';
import { threadsOf } from '../../engine/webgpu/limits';
import type { GpuDevice } from '../../gpu/device';
import type { Constants } from '../../gpu/kernel';
import {
  convStem,
  convTile4,
  convTile8,
  filterFlip,
  filterGradient,
  stemFilterGradient,
  sumParts,
} from '../../gpu/kernels/convolution';
import { noise, rangeWords } from '../../gpu/kernels/example-arrays';
import { normFinish, normStatistics } from '../../gpu/kernels/norm';
import { normGradient, normGradientFinish, normGradientSums, normReluPool } from '../../gpu/kernels/norm-pool';
import { ourSteps, type Step, stockOperation } from './run';
import { type Comparison, compare } from './timing';

export interface Layer {
  readonly name: string;
  readonly shape: readonly [number, number, number];
  readonly CI: number;
  readonly CO: number;
}

/** The layers at sizes that a software adapter can bear; on a graphics card the true ones. */
export function layersOf(software: boolean): readonly Layer[] {
  const shapes: readonly (readonly [number, number, number])[] = software
    ? [
        [43, 52, 45],
        [22, 26, 45],
        [11, 26, 23],
        [6, 13, 12],
        [6, 7, 6],
      ]
    : [
        [169, 208, 179],
        [85, 104, 90],
        [43, 52, 45],
        [22, 26, 23],
        [11, 13, 12],
      ];
  return shapes.map((shape, k) => ({ name: `L${k + 1}`, shape, CI: k === 0 ? 1 : 4 * 2 ** k, CO: 8 * 2 ** k }));
}

type Run = (name: string, rounds: number) => Promise<Comparison>;

/** A comparison to run, and what the work needs at least: arithmetic or bytes moved. */
export interface Operation {
  readonly run: Run;
  readonly flops?: number;
  readonly bytes?: number;
}

function convolutionStep(layer: Layer, CI: number, CO: number, buffers: readonly string[]): Step {
  const [D, H, W] = layer.shape;
  const constants = { D, H, W, CI, CO, KD: 3, XS: D * H * W * CI, YS: D * H * W * CO };
  if (CI % 4 !== 0)
    return {
      spec: convStem,
      constants,
      extent: { threads: Math.ceil(W / 8) * Math.ceil(H / 2) * D * (CO / 4), z: 1 },
      buffers: ['uniform', ...buffers],
    };
  const short = Math.ceil(W / 4) * 4 * 1.4 < Math.ceil(W / 8) * 8;
  const [spec, tile] = short ? [convTile4, 4] : [convTile8, 8];
  const threads = Math.ceil(W / tile) * H * D * (CO / 8);
  return {
    spec,
    constants: { ...constants, GROUP: convolutionGroup(threads), NEAR: channelsNear(D * H * W) },
    extent: { threads, z: 1 },
    buffers: ['uniform', ...buffers],
  };
}

/** Arrays of one layer: input, filter, output (or its gradient). */
function arraysOf({ shape: [D, H, W], CI, CO }: Layer) {
  const voxels = D * H * W;
  return {
    uniform: rangeWords({ n: 1, dn: D, qn: Math.ceil(D / 2), first: 1 }),
    x: noise(voxels * CI, 1),
    f: noise(27 * CI * CO, 2),
    y: noise(voxels * CO, 3),
  };
}

function forwardConvolution(gpu: GpuDevice, layer: Layer): Run {
  return async (name, rounds) => {
    const arrays = arraysOf(layer);
    const ours = await ourSteps(gpu, arrays, [convolutionStep(layer, layer.CI, layer.CO, ['x', 'f', 'y'])]);
    const [x, f] = [tf.tensor5d(arrays.x, [1, ...layer.shape, layer.CI]), tf.tensor5d(arrays.f, [3, 3, 3, layer.CI, layer.CO])];
    const result = await compare(
      name,
      stockOperation(gpu, () => tf.conv3d(x, f, 1, 'same')),
      ours,
      rounds,
    );
    ours.free();
    tf.dispose([x, f]);
    return result;
  };
}

function filterGradientOf(gpu: GpuDevice, layer: Layer): Run {
  return async (name, rounds) => {
    const { CI, CO } = layer;
    const [D, H, W] = layer.shape;
    const stem = CI % 4 !== 0;
    const lane = stem ? CI * 3 * (CO / 8) : (CI / 4) * 9 * (CO / 8);
    const size = 27 * CI * CO;
    const S = filterLanes(lane, size, D * H, threadsOf(gpu));
    const arrays = arraysOf(layer);
    const constants = { D, H, W, CI, CO, KD: 3, XS: D * H * W * CI, GS: D * H * W * CO, S };
    const ours = await ourSteps(gpu, { ...arrays, part: S * size, total: size }, [
      {
        spec: stem ? stemFilterGradient : filterGradient,
        constants,
        extent: { threads: lane * S, z: 1 },
        buffers: ['uniform', 'x', 'y', 'part'],
      },
      { spec: sumParts[4], constants: { SIZE: size, S }, extent: { threads: size / 4, z: 1 }, buffers: ['part', 'total'] },
    ]);
    const [x, dy] = [tf.tensor5d(arrays.x, [1, ...layer.shape, CI]), tf.tensor5d(arrays.y, [1, ...layer.shape, CO])];
    const attributes = { strides: [1, 1, 1], pad: 'same', filterShape: [3, 3, 3, CI, CO] };
    const stock = stockOperation(gpu, () => tf.engine().runKernel<tf.Tensor>('Conv3DBackpropFilterV2', { x, dy }, attributes));
    const result = await compare(name, stock, ours, rounds);
    ours.free();
    tf.dispose([x, dy]);
    return result;
  };
}

function inputGradientOf(gpu: GpuDevice, layer: Layer): Run {
  return async (name, rounds) => {
    const { CI, CO } = layer;
    const arrays = arraysOf(layer);
    const ours = await ourSteps(gpu, { ...arrays, flip: arrays.f.length }, [
      { spec: filterFlip, constants: { KD: 3, CI, CO }, extent: { threads: arrays.f.length / 4, z: 1 }, buffers: ['f', 'flip'] },
      convolutionStep(layer, CO, CI, ['y', 'flip', 'x']),
    ]);
    const [filter, dy] = [tf.tensor5d(arrays.f, [3, 3, 3, CI, CO]), tf.tensor5d(arrays.y, [1, ...layer.shape, CO])];
    const attributes = { strides: [1, 1, 1], pad: 'same', inputShape: [1, ...layer.shape, CI] };
    const stock = stockOperation(gpu, () =>
      tf.engine().runKernel<tf.Tensor>('Conv3DBackpropInputV2', { dy, filter }, attributes),
    );
    const result = await compare(name, stock, ours, rounds);
    ours.free();
    tf.dispose([filter, dy]);
    return result;
  };
}

/** BatchNorm through rank 4, ReLU and pool: the valid composition of stock operations. */
function stockNormPool(y: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const [, d, h, w, c] = shape;
  const flat = tf.reshape(y, [d, h, w, c]) as tf.Tensor4D;
  const { mean, variance } = tf.moments(flat, [0, 1, 2]);
  const z = tf.batchNorm(flat, mean as tf.Tensor1D, variance as tf.Tensor1D, beta as tf.Tensor1D, gamma as tf.Tensor1D, 1e-5);
  return tf.maxPool3d(tf.reshape(tf.relu(z), [1, d, h, w, c]) as tf.Tensor5D, 2, 2, 'same');
}

function normPool(gpu: GpuDevice, layer: Layer, backward: boolean): Run {
  return async (name, rounds) => {
    const { CO: C } = layer;
    const [D, H, W] = layer.shape;
    const cells = Math.ceil(D / 2) * Math.ceil(H / 2) * Math.ceil(W / 2);
    const { y } = arraysOf(layer);
    const [lanes, pooledLanes] = [D * H * W, cells].map((voxels) => voxelLanes(voxels, C, threadsOf(gpu)));
    const range = { n: 1, dn: D, qn: Math.ceil(D / 2) };
    const weights = noise(3 * C, 5);
    const pool: Constants = { D, H, W, C, PD: 2, P: 2, YS: y.length, ZS: cells * C, CS: (cells * C) / 8 };
    const norm = { C, GAMMA: 0, BETA: C, BIAS: 2 * C, MEAN: 0, VAR: C, GROUP: joinGroup(lanes) };
    const steps: Step[] = [
      {
        spec: normStatistics[4],
        constants: { C, YS: y.length },
        extent: { threads: (C / 4) * lanes, z: 1 },
        buffers: ['uniform of voxels', 'y', 'part'],
      },
      {
        spec: normFinish,
        constants: norm,
        extent: { threads: norm.GROUP * C, z: 1 },
        buffers: ['uniform', 'part', 'weights', 'running', 'norm'],
      },
      {
        spec: normReluPool,
        constants: pool,
        extent: { threads: cells * (C / 8), z: 1 },
        buffers: ['uniform', 'y', 'norm', 'p', 'peak', 'code'],
      },
    ];
    if (backward)
      steps.push(
        {
          spec: normGradientSums,
          constants: { SIZE: cells, C, ZS: cells * C, CS: (cells * C) / 8 },
          extent: { threads: (C / 4) * pooledLanes, z: 1 },
          buffers: ['uniform back', 'dp', 'peak', 'code', 'norm', 'part'],
        },
        {
          spec: normGradientFinish,
          constants: { C, D, H, W, GAMMA: 0, BETA: C, GROUP: joinGroup(pooledLanes) },
          extent: { threads: joinGroup(pooledLanes) * C, z: 1 },
          buffers: ['uniform back', 'part', 'weights', 'norm', 'gradient', 'line'],
        },
        {
          spec: normGradient,
          constants: pool,
          extent: { threads: cells * (C / 4), z: 1 },
          buffers: ['uniform', 'dp', 'code', 'line', 'y'],
        },
      );
    const dp = noise(cells * C, 4);
    const sizes = {
      part: lanes * 3 * C,
      running: 2 * C,
      norm: 4 * C,
      p: cells * C,
      peak: cells * C,
      code: (cells * C) / 8,
      gradient: 2 * C,
      line: 3 * C,
    };
    const ours = await ourSteps(
      gpu,
      {
        uniform: rangeWords({ ...range, parts: lanes }),
        'uniform of voxels': rangeWords({ ...range, dn: D * H * W, parts: lanes }),
        'uniform back': rangeWords({ ...range, parts: pooledLanes }),
        y,
        weights,
        dp,
        ...sizes,
      },
      steps,
    );
    const shape: [number, number, number, number, number] = [1, D, H, W, C];
    const inputs = [tf.tensor5d(y, shape), tf.tensor1d(weights.slice(0, C)), tf.tensor1d(weights.slice(C, 2 * C))];
    const dy = tf.tensor5d(dp, [1, Math.ceil(D / 2), Math.ceil(H / 2), Math.ceil(W / 2), C]);
    const forward = (...[a, b, c]: tf.Tensor[]): tf.Tensor => stockNormPool(a, b, c, shape);
    const stock = stockOperation(gpu, () => (backward ? tf.grads(forward)(inputs, dy) : forward(...inputs)));
    const result = await compare(name, stock, ours, rounds);
    ours.free();
    tf.dispose([...inputs, dy]);
    return result;
  };
}

/** All comparisons, by name. */
export function operationRuns(gpu: GpuDevice, layers: readonly Layer[]): ReadonlyMap<string, Operation> {
  const runs = new Map<string, Operation>();
  for (const layer of layers) {
    const [D, H, W] = layer.shape;
    const flops = 54 * layer.CI * layer.CO * D * H * W;
    runs.set(`conv ${layer.name}`, { run: forwardConvolution(gpu, layer), flops });
    runs.set(`filter gradient ${layer.name}`, { run: filterGradientOf(gpu, layer), flops });
    if (layer.CI > 1) runs.set(`input gradient ${layer.name}`, { run: inputGradientOf(gpu, layer), flops });
    const y = 4 * layer.CO * D * H * W;
    const p = 4 * layer.CO * Math.ceil(D / 2) * Math.ceil(H / 2) * Math.ceil(W / 2);
    // Forward reads y twice and writes value, peak and code; backward reads dp twice, peak, code twice and y, and writes y.
    const forward = 2 * y + 2 * p + p / 8;
    runs.set(`norm-relu-pool ${layer.name}`, { run: normPool(gpu, layer, false), bytes: forward });
    const both = forward + 3 * p + p / 4 + 2 * y;
    runs.set(`norm-relu-pool and gradient ${layer.name}`, { run: normPool(gpu, layer, true), bytes: both });
  }
  return runs;
}
