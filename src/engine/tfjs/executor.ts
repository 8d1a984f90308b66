/** @file Networks run by plain TensorFlow.js, on cpu, wasm or webgpu: the reference of the faster engines, and what runs without them. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Network } from '../../networks/graph';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import type {
  BackendInfo,
  BackendName,
  DrawSource,
  Executor,
  ExecutorFactory,
  ExecutorRequest,
  InputTensor,
  MemoryInfo,
  OptimizerOptions,
  Outputs,
  Target,
} from '../executor';
import { blocksOf, type NetworkSpec } from '../legacy/blocks';
import { stateEntries } from '../legacy/state-entries';
import { type AdamTensors, adamStart, adamStep } from './adam';
import { openTfjsBackend, type TfjsBackend, type TfjsOptions } from './backend';
import type { ChannelStatistics } from './block';
import { crossEntropy, forward, type RunningStatistics } from './network';
import { type DeviceLayout, flattenedShape, parameterLayouts, swapFeatureAxes } from './parameter-layouts';

/** Weight of a batch in the running statistics. */
const MOMENTUM = 0.1;

/**
 * Executors on a TensorFlow.js backend, which is loaded at the first request. Making one throws `backend-unavailable` or `gpu-none`;
 * on webgpu every call may reject with the device's failure (`gpu-lost`, `gpu-validation`, `gpu-out-of-memory`).
 */
export function tfjsExecutor(name: BackendName, options: TfjsOptions = {}): ExecutorFactory {
  return async (request) => {
    const backend = await openTfjsBackend(name, options);
    const executor = new TfjsExecutor(backend, request);
    await executor.writeState(request.state);
    return executor;
  };
}

class TfjsExecutor implements Executor {
  readonly network: Network;
  readonly spec: NetworkSpec;
  readonly backend: BackendInfo;
  readonly #tfjs: TfjsBackend;
  #optimizer: OptimizerOptions;
  readonly #layouts: ReadonlyMap<string, DeviceLayout>;
  /** Biases before a BatchNorm: their gradient is zero (see `convBlockTraining`); weight decay still moves them. */
  readonly #normalisedBiases: ReadonlySet<string>;
  readonly #parameters = new Map<string, tf.Tensor>();
  readonly #running = new Map<string, RunningStatistics>();
  readonly #batchesTracked = new Map<string, bigint>();
  readonly #moments = new Map<string, AdamTensors>();
  readonly #gradients = new Map<string, tf.Tensor>();
  #losses: tf.Tensor[] = [];

  constructor(tfjs: TfjsBackend, request: ExecutorRequest) {
    this.#tfjs = tfjs;
    this.backend = tfjs.info;
    this.network = request.network;
    this.spec = blocksOf(request.network);
    this.#optimizer = request.optimizer;
    this.#layouts = parameterLayouts(this.spec);
    const biases = this.spec.blocks.flatMap((block) => (block.kind === 'conv-block' ? [`${block.conv}.bias`] : []));
    this.#normalisedBiases = new Set(biases);
  }

  async predict(input: InputTensor): Promise<Outputs> {
    const output = await this.#tfjs.run(() =>
      tf.tidy(() => forward(this.spec, this.#parameters, volume(input), { kind: 'inference', running: this.#running })),
    );
    return { output: await this.#tfjs.take(output) };
  }

  async accumulate(input: InputTensor, target: Target, dropout: DrawSource): Promise<void> {
    if (target.kind !== 'class') throw new Error('this executor trains classifiers');
    const masks = this.#drawMasks(input.shape[0], dropout);
    await this.#tfjs.run(() => {
      const statistics = new Map<string, ChannelStatistics>();
      const names = [...this.#parameters.keys()].filter((name) => !this.#normalisedBiases.has(name));
      const loss = tf.tidy(() => {
        const x = volume(input);
        const hot = tf.tensor2d(oneHot(target.labels, this.spec.outputSize), [target.labels.length, this.spec.outputSize]);
        const maskTensors = new Map(
          [...masks].map(([name, mask]) => [name, tf.tensor2d(mask, [x.shape[0], mask.length / x.shape[0]])]),
        );
        const lossOf = (...tensors: tf.Tensor[]): tf.Scalar => {
          const parameters = new Map([...this.#parameters, ...names.map((name, i) => [name, tensors[i]] as const)]);
          const logits = forward(this.spec, parameters, x, {
            kind: 'training',
            masks: maskTensors,
            onStatistics: (norm, { mean, variance, count }) => {
              statistics.set(norm, { mean: tf.keep(mean), variance: tf.keep(variance), count });
            },
          });
          return crossEntropy(logits, hot);
        };
        const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => this.#parameters.get(name)!));
        const { wholeBatch = target.labels.length } = target;
        const share = target.labels.length / wholeBatch;
        for (const [i, name] of names.entries()) this.#addGradient(name, share === 1 ? grads[i] : tf.mul(grads[i], share));
        for (const name of this.#normalisedBiases) this.#addGradient(name, tf.zerosLike(this.#parameters.get(name)!));
        return value;
      });
      this.#losses.push(loss);
      for (const [norm, found] of statistics) this.#updateRunning(norm, found);
    });
  }

  setLearningRate(rate: number): void {
    this.#optimizer = { ...this.#optimizer, learning_rate: rate };
  }

  async applyStep(): Promise<void> {
    await this.#tfjs.run(() => {
      for (const [name, gradient] of this.#gradients) {
        const parameter = this.#parameters.get(name)!;
        const moments = this.#moments.get(name) ?? adamStart(parameter);
        const next = tf.tidy(() => {
          const { parameter: moved, moments: after } = adamStep(parameter, gradient, moments, this.#optimizer);
          return { moved, mean: after.mean, square: after.square };
        });
        tf.dispose([parameter, gradient, moments.mean, moments.square]);
        this.#parameters.set(name, next.moved);
        this.#moments.set(name, { step: moments.step + 1, mean: next.mean, square: next.square });
      }
      this.#gradients.clear();
    });
  }

  async takeLosses(): Promise<number[]> {
    const losses = this.#losses;
    this.#losses = [];
    const values = await Promise.all(losses.map((loss) => this.#tfjs.take(loss)));
    return values.map(([value]) => value);
  }

  async readState(): Promise<StateDict> {
    const state = new Map<string, StateTensor>();
    for (const { name, shape, role, block } of stateEntries(this.spec)) {
      const norm = block.kind === 'conv-block' ? block.norm : '';
      if (role === 'batches') {
        state.set(name, { shape, data: new BigInt64Array([this.#batchesTracked.get(norm) ?? 0n]) });
        continue;
      }
      const running = this.#running.get(norm);
      const tensor =
        role === 'running-mean' ? running?.mean : role === 'running-var' ? running?.variance : this.#parameters.get(name);
      const values = await this.#tfjs.read(tensor!);
      state.set(name, { shape, data: this.#layouts.get(name)?.fromDevice(values) ?? values });
    }
    return state;
  }

  async writeState(state: StateDict): Promise<void> {
    const floats = (name: string): Float32Array => state.get(name)!.data as Float32Array;
    await this.#tfjs.run(() => {
      for (const [name, layout] of this.#layouts) {
        this.#parameters.get(name)?.dispose();
        this.#parameters.set(name, tf.tensor(layout.toDevice(floats(name)), deviceShape(layout)));
      }
      for (const block of this.spec.blocks) {
        if (block.kind !== 'conv-block') continue;
        tf.dispose(Object.values(this.#running.get(block.norm) ?? {}));
        this.#running.set(block.norm, {
          mean: tf.tensor1d(floats(`${block.norm}.running_mean`)),
          variance: tf.tensor1d(floats(`${block.norm}.running_var`)),
        });
        const tracked = state.get(`${block.norm}.num_batches_tracked`)!.data[0];
        this.#batchesTracked.set(block.norm, BigInt(tracked));
      }
    });
  }

  async readOptimizer(): Promise<OptimizerState> {
    const found = new Map<string, ParameterState>();
    for (const [name, { fromDevice }] of this.#layouts) {
      const moments = this.#moments.get(name);
      if (moments === undefined) continue;
      const exp_avg = fromDevice(await this.#tfjs.read(moments.mean));
      const exp_avg_sq = fromDevice(await this.#tfjs.read(moments.square));
      found.set(name, { step: moments.step, numbers: {}, tensors: { exp_avg, exp_avg_sq } });
    }
    return found;
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    await this.#tfjs.run(() => {
      for (const { mean, square } of this.#moments.values()) tf.dispose([mean, square]);
      this.#moments.clear();
      for (const [name, { step, tensors }] of state) {
        const layout = this.#layouts.get(name)!;
        const tensor = (data: Float32Array): tf.Tensor => tf.tensor(layout.toDevice(data), deviceShape(layout));
        this.#moments.set(name, { step, mean: tensor(tensors.exp_avg), square: tensor(tensors.exp_avg_sq) });
      }
    });
  }

  memory(): MemoryInfo {
    return this.#tfjs.memory();
  }

  dispose(): void {
    tf.dispose([...this.#parameters.values(), ...this.#gradients.values(), ...this.#losses]);
    for (const { mean, variance } of this.#running.values()) tf.dispose([mean, variance]);
    for (const { mean, square } of this.#moments.values()) tf.dispose([mean, square]);
    this.#parameters.clear();
    this.#gradients.clear();
    this.#running.clear();
    this.#moments.clear();
    this.#losses = [];
  }

  /** Draws the masks of one batch in the order of the blocks; the one right after flatten is brought into the device's order. */
  #drawMasks(n: number, dropout: DrawSource): Map<string, Float32Array> {
    const masks = new Map<string, Float32Array>();
    const flattened = flattenedShape(this.spec);
    this.spec.blocks.forEach((block, i) => {
      if (block.kind !== 'dropout' || block.probability === 0) return;
      const next = this.spec.blocks.slice(i).find((later) => later.kind === 'linear');
      if (next === undefined) throw new Error(`No linear layer follows ${block.name}`);
      const mask = dropout({ kind: 'mask', node: block.node, probability: block.probability, size: n * next.inFeatures });
      const afterFlatten = flattened !== null && this.spec.blocks[i - 1]?.kind === 'flatten';
      masks.set(block.name, afterFlatten ? swapFeatureAxes(mask, n, flattened.channels, flattened.voxels) : mask);
    });
    return masks;
  }

  /** Called inside a tidy: what stays must be kept. */
  #addGradient(name: string, gradient: tf.Tensor): void {
    const before = this.#gradients.get(name);
    this.#gradients.set(name, tf.keep(before === undefined ? gradient : tf.add(before, gradient)));
    before?.dispose();
  }

  /** r ← 0.9·r + 0.1·statistic, with the unbiased variance. */
  #updateRunning(norm: string, { mean, variance, count }: ChannelStatistics): void {
    const old = this.#running.get(norm)!;
    const [newMean, newVariance] = tf.tidy(() => {
      const mixed = (running: tf.Tensor1D, batch: tf.Tensor): tf.Tensor1D =>
        tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(batch, MOMENTUM));
      return [mixed(old.mean, mean), mixed(old.variance, tf.mul(variance, count / (count - 1)))];
    });
    tf.dispose([mean, variance, old.mean, old.variance]);
    this.#running.set(norm, { mean: newMean, variance: newVariance });
    this.#batchesTracked.set(norm, (this.#batchesTracked.get(norm) ?? 0n) + 1n);
  }
}

/** 1 at the label of each row, [n, classes]; tfjs' own `oneHot` writes whole numbers on wasm whatever type is asked for. */
function oneHot(labels: Int32Array, classes: number): Float32Array {
  const hot = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    hot[row * classes + label] = 1;
  });
  return hot;
}

/** Images get a depth of 1: [n, h, w, c] → [n, 1, h, w, c]. */
function volume({ shape, data }: InputTensor): tf.Tensor5D {
  const [n, ...rest] = shape;
  const tensor: tf.Tensor = tf.tensor(data, rest.length === 3 ? [n, 1, ...rest] : [...shape]);
  return tensor as tf.Tensor5D;
}

/** Kernels of images get a depth of 1; everything else is as laid out. */
function deviceShape({ shape }: DeviceLayout): number[] {
  return shape.length === 4 ? [1, ...shape] : [...shape];
}
