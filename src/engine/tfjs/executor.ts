/** @file Networks run by plain TensorFlow.js, on cpu, wasm or webgpu: the reference of the faster engines, and what runs without them. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { Network, Value } from '../../networks/graph';
import { isParameter, stateEntries } from '../../networks/parameters';
import type { OptimizerState, ParameterState, StateDict, StateTensor } from '../../networks/state-dict';
import { optimizers } from '../../vocabulary/optimizers';
import { drawsOf } from '../draws';
import {
  type BackendInfo,
  type BackendName,
  type DrawSource,
  type Executor,
  type ExecutorFactory,
  type ExecutorRequest,
  type Explained,
  type Explanation,
  type InputTensor,
  type LossOptions,
  type MemoryInfo,
  type OptimizerOptions,
  type Outputs,
  plainLoss,
  type Target,
} from '../executor';
import { channelSeed } from '../explained';
import { mainOutput, reversalOf, type TrainedParameters, trainedParameters } from '../trained-parameters';
import { openTfjsBackend, type TfjsBackend, type TfjsOptions } from './backend';
import type { ChannelStatistics } from './batch-norm';
import { forward } from './forward';
import { type DeviceLayout, parameterLayout, valueLayout } from './layouts';
import { lossOf } from './losses';
import { firstMemory, type Memory, optimizerStep } from './optimizer';

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
  readonly backend: BackendInfo;
  readonly #tfjs: TfjsBackend;
  readonly #loss: LossOptions;
  #optimizer: OptimizerOptions;
  /** Of parameters and running statistics, by name, in the order of the state dict. */
  readonly #layouts: ReadonlyMap<string, DeviceLayout>;
  readonly #trained: TrainedParameters;
  readonly #explained: Explained | undefined;
  /** Parameters and running statistics. */
  readonly #tensors = new Map<string, tf.Tensor>();
  readonly #batchesTracked = new Map<string, bigint>();
  readonly #memories = new Map<string, Memory>();
  readonly #gradients = new Map<string, tf.Tensor>();
  #losses: tf.Tensor[] = [];

  constructor(tfjs: TfjsBackend, { network, loss, optimizer, frozen, explain }: ExecutorRequest) {
    this.#tfjs = tfjs;
    this.backend = tfjs.info;
    this.network = network;
    this.#loss = loss;
    this.#optimizer = optimizer;
    const floats = stateEntries(network).filter(({ role }) => role !== 'batches');
    this.#layouts = new Map(floats.map((entry) => [entry.name, parameterLayout(entry)]));
    this.#explained = explain;
    this.#trained = trainedParameters(network, loss, frozen);
  }

  async predict(input: InputTensor, draws: DrawSource): Promise<Outputs> {
    const [n] = input.shape;
    const { nodes, outputs } = this.network.graph;
    const numbers = this.#draw('evaluation', n, draws);
    const values = await this.#tfjs.run(() =>
      tf.tidy(() => {
        const request = { training: false, parameters: this.#tensors, drawn: this.#drawn(numbers, n) };
        return Object.fromEntries(forward(this.network, volume(input), request));
      }),
    );
    const found: Record<string, Float32Array<ArrayBuffer>> = {};
    for (const [name, value] of Object.entries(outputs))
      found[name] = valueLayout(nodes[value].shape, n).fromDevice(await this.#tfjs.read(values[name]));
    tf.dispose(values);
    return found;
  }

  async explain(input: InputTensor, channel: number, draws: DrawSource): Promise<Explanation> {
    if (this.#explained === undefined) throw new Error('this executor was not made for explanations');
    const { of, at } = this.#explained;
    const [n] = input.shape;
    const { nodes } = this.network.graph;
    const numbers = this.#draw('evaluation', n, draws);
    const seed = channelSeed(nodes[of].shape, channel);
    const seeds = new Float32Array(n * seed.length);
    for (let i = 0; i < n; i++) seeds.set(seed, i * seed.length);
    const values = await this.#tfjs.run(() =>
      tf.tidy(() => {
        const request = { training: false, differentiated: true, parameters: this.#tensors, drawn: this.#drawn(numbers, n) };
        const found = new Map<Value, tf.Tensor>();
        const onValue = (value: Value, tensor: tf.Tensor): void => void found.set(value, tensor);
        forward(this.network, volume(input), { ...request, onValue });
        const [output, value] = [found.get(of)!, found.get(at)!];
        // What lies before is not on the tape: the value is given.
        const weighted = (inner: tf.Tensor): tf.Tensor => {
          forward(this.network, volume(input), { ...request, given: new Map([[at, inner]]), onValue });
          return tf.sum(tf.mul(found.get(of)!, this.#valueTensor(of, seeds, n)));
        };
        const gradient = tf.grad(weighted)(value);
        return { output, value, gradient };
      }),
    );
    const read = async (value: Value, tensor: tf.Tensor) =>
      valueLayout(nodes[value].shape, n).fromDevice(await this.#tfjs.read(tensor));
    const result = {
      output: await read(of, values.output),
      value: await read(at, values.value),
      gradient: await read(at, values.gradient),
    };
    tf.dispose(values);
    return result;
  }

  async accumulate(input: InputTensor, target: Target, draws: DrawSource): Promise<void> {
    const [n] = input.shape;
    const numbers = this.#draw('training', n, draws);
    const { wholeBatch = n } = target;
    const { learning, still } = this.#trained;
    const reversal = reversalOf(this.network, target);
    await this.#tfjs.run(() => {
      const statistics: [string, ChannelStatistics][] = [];
      const loss = tf.tidy(() => {
        const x = volume(input);
        const drawn = this.#drawn(numbers, n);
        const lossOfParameters = (...tensors: tf.Tensor[]): tf.Scalar => {
          const parameters = new Map([...this.#tensors, ...learning.map((name, i) => [name, tensors[i]] as const)]);
          const outputs = forward(this.network, x, {
            training: true,
            parameters,
            drawn,
            reversal,
            onStatistics: (layer, { mean, variance, count }) => {
              statistics.push([layer, { mean: tf.keep(mean), variance: tf.keep(variance), count }]);
            },
          });
          return this.#lossOf(outputs, target, x, n, wholeBatch);
        };
        for (const name of still) this.#addGradient(name, tf.zerosLike(this.#tensors.get(name)!));
        if (learning.length === 0) return lossOfParameters();
        const { value, grads } = tf.valueAndGrads(lossOfParameters)(learning.map((name) => this.#tensors.get(name)!));
        const share = n / wholeBatch;
        for (const [i, name] of learning.entries()) this.#addGradient(name, share === 1 ? grads[i] : tf.mul(grads[i], share));
        return value;
      });
      this.#losses.push(loss);
      for (const [layer, found] of statistics) this.#updateRunning(layer, found);
    });
  }

  setLearningRate(rate: number): void {
    this.#optimizer = { ...this.#optimizer, learning_rate: rate };
  }

  async applyStep(): Promise<void> {
    await this.#tfjs.run(() => {
      for (const [name, gradient] of this.#gradients) {
        const parameter = this.#tensors.get(name)!;
        const memory = this.#memories.get(name) ?? firstMemory(parameter, this.#optimizer);
        let step = memory.step;
        let numbers = memory.numbers;
        const [moved, ...tensors] = tf.tidy(() => {
          const next = optimizerStep(parameter, gradient, memory, this.#optimizer);
          ({ step, numbers } = next.memory);
          return [next.parameter, ...next.memory.tensors];
        });
        tf.dispose([parameter, gradient, ...memory.tensors]);
        this.#tensors.set(name, moved);
        this.#memories.set(name, { step, numbers, tensors });
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
    for (const { name, shape, role } of stateEntries(this.network)) {
      if (role === 'batches') state.set(name, { shape, data: new BigInt64Array([this.#batchesTracked.get(name) ?? 0n]) });
      else state.set(name, { shape, data: this.#layouts.get(name)!.fromDevice(await this.#tfjs.read(this.#tensors.get(name)!)) });
    }
    return state;
  }

  async writeState(state: StateDict): Promise<void> {
    await this.#tfjs.run(() => {
      for (const { name, role } of stateEntries(this.network)) {
        const { data } = state.get(name)!;
        if (role === 'batches') {
          this.#batchesTracked.set(name, BigInt(data[0]));
          continue;
        }
        const { shape, toDevice } = this.#layouts.get(name)!;
        this.#tensors.get(name)?.dispose();
        this.#tensors.set(name, tf.tensor(toDevice(data as Float32Array), [...shape]));
      }
    });
  }

  async readOptimizer(): Promise<OptimizerState> {
    const found = new Map<string, ParameterState>();
    const slots = optimizers[this.#optimizer.optimizer].tensors;
    for (const { name } of stateEntries(this.network).filter(isParameter)) {
      const memory = this.#memories.get(name);
      if (memory === undefined) continue;
      const { fromDevice } = this.#layouts.get(name)!;
      const tensors: Record<string, Float32Array<ArrayBuffer>> = {};
      for (const [i, slot] of slots.entries()) tensors[slot] = fromDevice(await this.#tfjs.read(memory.tensors[i]));
      found.set(name, { step: memory.step, numbers: memory.numbers, tensors });
    }
    return found;
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    const slots = optimizers[this.#optimizer.optimizer].tensors;
    await this.#tfjs.run(() => {
      for (const { tensors } of this.#memories.values()) tf.dispose([...tensors]);
      this.#memories.clear();
      for (const [name, { step, numbers, tensors }] of state) {
        const { shape, toDevice } = this.#layouts.get(name)!;
        const kept = slots.map((slot): tf.Tensor => tf.tensor(toDevice(tensors[slot]), [...shape]));
        this.#memories.set(name, { step, numbers, tensors: kept });
      }
    });
  }

  memory(): MemoryInfo {
    return this.#tfjs.memory();
  }

  dispose(): void {
    tf.dispose([...this.#tensors.values(), ...this.#gradients.values(), ...this.#losses]);
    for (const { tensors } of this.#memories.values()) tf.dispose([...tensors]);
    this.#tensors.clear();
    this.#gradients.clear();
    this.#memories.clear();
    this.#losses = [];
  }

  /** Numbers for the nodes that draw, in the order of the nodes, PyTorch's order of elements. */
  #draw(mode: 'training' | 'evaluation', n: number, draws: DrawSource): Map<Value, Float32Array> {
    return new Map(
      drawsOf(this.network, mode, n).map((request) => {
        const drawn = draws(request);
        if (request.kind === 'mask' || !request.shared) return [request.node, drawn];
        return [request.node, Float32Array.from({ length: n * request.size }, (_, i) => drawn[i % request.size])];
      }),
    );
  }

  /** The same on the device. */
  #drawn(numbers: ReadonlyMap<Value, Float32Array>, n: number): Map<Value, tf.Tensor> {
    return new Map([...numbers].map(([value, data]) => [value, this.#valueTensor(value, data, n)]));
  }

  #valueTensor(value: Value, data: Float32Array, n: number): tf.Tensor {
    const { shape, toDevice } = valueLayout(this.network.graph.nodes[value].shape, n);
    return tf.tensor(toDevice(data), [...shape]);
  }

  #lossOf(outputs: ReadonlyMap<string, tf.Tensor>, target: Target, x: tf.Tensor, n: number, wholeBatch: number): tf.Scalar {
    if (target.kind === 'heads') return this.#lossOfHeads(outputs, target.labels, n);
    const [mu, logVar] = [outputs.get('mu'), outputs.get('logVar')];
    const output = outputs.get(mainOutput(this.network))!;
    return lossOf(this.#loss, { output, target: this.#wanted(target, x, n), mu, logVar }, wholeBatch);
  }

  /** A sample of class −1 has no class at all, and adds nothing. */
  #lossOfHeads(outputs: ReadonlyMap<string, tf.Tensor>, labels: readonly Int32Array[], n: number): tf.Scalar {
    const { heads = [] } = this.#loss;
    const terms = heads.map(({ output, weight }, i): tf.Scalar => {
      const value = outputs.get(output)!;
      const target = tf.tensor(oneHot(labels[i], value.shape[1]!), [n, value.shape[1]!]);
      return tf.mul(lossOf(plainLoss('CrossEntropyLoss'), { output: value, target }, n), weight);
    });
    return tf.addN(terms);
  }

  /** What the loss compares the main output with. */
  #wanted(target: Exclude<Target, { kind: 'heads' }>, x: tf.Tensor, n: number): tf.Tensor {
    if (target.kind === 'input') return x;
    const data = target.kind === 'class' ? oneHot(target.labels, this.network.outputSize) : target.values;
    return this.#valueTensor(this.network.graph.outputs[mainOutput(this.network)], data, n);
  }

  /** Called inside a tidy: what stays must be kept. */
  #addGradient(name: string, gradient: tf.Tensor): void {
    const before = this.#gradients.get(name);
    this.#gradients.set(name, tf.keep(before === undefined ? gradient : tf.add(before, gradient)));
    before?.dispose();
  }

  /** r ← 0.9·r + 0.1·statistic, with the unbiased variance. */
  #updateRunning(layer: string, { mean, variance, count }: ChannelStatistics): void {
    const update = (name: string, statistic: tf.Tensor, factor: number): void => {
      const old = this.#tensors.get(name)!;
      const next = tf.tidy(() => tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(statistic, MOMENTUM * factor)));
      tf.dispose([old, statistic]);
      this.#tensors.set(name, next);
    };
    update(`${layer}.running_mean`, mean, 1);
    update(`${layer}.running_var`, variance, count / (count - 1));
    const tracked = `${layer}.num_batches_tracked`;
    this.#batchesTracked.set(tracked, (this.#batchesTracked.get(tracked) ?? 0n) + 1n);
  }
}

/** 1 at the label of each row, [n, classes]. */
function oneHot(labels: Int32Array, classes: number): Float32Array {
  const hot = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    if (label >= 0) hot[row * classes + label] = 1;
  });
  return hot;
}

/** Images get a depth of 1: [n, h, w, c] → [n, 1, h, w, c]. */
function volume({ shape, data }: InputTensor): tf.Tensor {
  const [n, ...rest] = shape;
  return tf.tensor(data, rest.length === 3 ? [n, 1, ...rest] : [...shape]);
}
