/** @file The executor on our WebAssembly SIMD kernels: what runs where there is no GPU. Runs every network. */
import { product } from '../../base/shape';
import type { Network } from '../../networks/graph';
import type { OptimizerState, StateDict } from '../../networks/state-dict';
import { alone, type Crew } from '../../wasm/crew';
import { type Compiled, HEAP_BYTES, type Kernels, startKernels } from '../../wasm/kernels';
import type {
  BackendInfo,
  DrawSource,
  Executor,
  ExecutorFactory,
  ExecutorRequest,
  Explanation,
  InputTensor,
  LossOptions,
  MemoryInfo,
  Outputs,
  Target,
} from '../executor';
import { channelSeed } from '../explained';
import type { Plan } from '../plan';
import { reversalOf } from '../trained-parameters';
import { layoutOf } from './layout';
import { checkFits, type Plans, plansOf, trainedBy } from './memory-need';
import { WasmParameters } from './parameters';
import { Program } from './program';
import { trainingLoss } from './training-loss';

class WasmExecutor implements Executor {
  readonly backend: BackendInfo;
  readonly network: Network;
  readonly #kernels: Kernels;
  readonly #parameters: WasmParameters;
  readonly #loss: LossOptions;
  readonly #plans: Plans;
  readonly #batchSize: number;
  readonly #zeros: number;
  #predicting: Program | null = null;
  #training: Program | null = null;
  #explaining: Program | null = null;
  #losses: number[] = [];

  /** Throws `heap-batch`, `heap-network`. */
  constructor(request: ExecutorRequest, kernels: Kernels, backend: BackendInfo) {
    const { network, batchSize, loss, optimizer, state } = request;
    const trained = trainedBy(request);
    this.#plans = plansOf(request, trained);
    checkFits(request, trained, this.#plans, kernels.threads);
    this.backend = backend;
    this.network = network;
    this.#kernels = kernels;
    this.#batchSize = batchSize;
    this.#loss = loss;
    this.#parameters = new WasmParameters(network, kernels, optimizer, trained);
    this.#zeros = kernels.memory.take(4 * (8 + Math.max(...network.graph.nodes.map(({ shape }) => shape[0]))));
    this.#parameters.write(state);
  }

  async predict(input: InputTensor, draws: DrawSource): Promise<Outputs> {
    this.#predicting ??= this.#program(this.#plans.predicting);
    const program = this.#predicting;
    const n = this.#begin(program, input);
    await program.forward({ n, draws });
    const outputs = Object.entries(program.plan.outputs);
    return Object.fromEntries(outputs.map(([name, tensor]) => [name, program.volume(tensor).readPyTorch(n)]));
  }

  /** Sample by sample, so that what is kept for the way back is that of one. */
  async explain({ shape: [n], data }: InputTensor, channel: number, draws: DrawSource): Promise<Explanation> {
    this.#explaining ??= this.#explainingProgram();
    const program = this.#explaining;
    const { explained } = program.plan;
    if (explained === null) throw new Error('this executor was not made for explanations');
    const { of, at, gradient } = explained;
    const { nodes } = this.network.graph;
    const [size, inner] = [of, at].map(({ like }) => product(nodes[like].shape));
    const found = {
      output: new Float32Array(n * size),
      value: new Float32Array(n * inner),
      gradient: new Float32Array(n * inner),
    };
    const seed = channelSeed(nodes[of.like].shape, channel);
    const each = data.length / n;
    for (let i = 0; i < n; i++) {
      program.writeInput(data.subarray(i * each, (i + 1) * each), 1);
      await program.forward({ n: 1, draws });
      found.output.set(program.volume(of).readPyTorch(1), i * size);
      const step = program.plan.steps.find(({ phase }) => phase === 'loss')!;
      program.volume(step.inputGradients[0]!).writePyTorch(seed, 1);
      await program.backward({ n: 1, draws });
      found.value.set(program.volume(at).readPyTorch(1), i * inner);
      found.gradient.set(program.volume(gradient).readPyTorch(1), i * inner);
    }
    return found;
  }

  async accumulate(input: InputTensor, target: Target, draws: DrawSource): Promise<void> {
    this.#training ??= this.#trainingProgram();
    const program = this.#training;
    this.#parameters.reserve(input.shape[0]);
    const n = this.#begin(program, input);
    const pass = { n, draws, reversal: reversalOf(this.network, target) };
    await program.forward(pass);
    const step = program.plan.steps.find(({ phase }) => phase === 'loss')!;
    const outputs = step.inputs.map((tensor, i) => ({
      value: program.volume(tensor),
      gradient: program.volume(step.inputGradients[i]!),
    }));
    this.#losses.push(trainingLoss(this.#loss, target, input, outputs));
    await program.backward(pass);
  }

  async applyStep(): Promise<void> {
    this.#parameters.step();
  }

  setLearningRate(rate: number): void {
    this.#parameters.setLearningRate(rate);
  }

  async takeLosses(): Promise<number[]> {
    const losses = this.#losses;
    this.#losses = [];
    return losses;
  }

  async readState(): Promise<StateDict> {
    return this.#parameters.read();
  }

  async writeState(state: StateDict): Promise<void> {
    this.#parameters.write(state);
  }

  async readOptimizer(): Promise<OptimizerState> {
    return this.#parameters.readOptimizer();
  }

  async writeOptimizer(state: OptimizerState): Promise<void> {
    this.#parameters.writeOptimizer(state);
  }

  memory(): MemoryInfo {
    return { bytes: this.#kernels.memory.sizeBytes, tensors: 0 };
  }

  /** The memory goes with the last reference to this executor. */
  dispose(): void {
    this.#kernels.release();
  }

  #program(plan: Plan, batchSize = this.#batchSize): Program {
    return new Program({
      network: this.network,
      plan,
      layout: layoutOf(this.network, plan, batchSize, this.#kernels.threads),
      kernels: this.#kernels,
      parameters: this.#parameters,
      zeros: this.#zeros,
    });
  }

  #trainingProgram(): Program {
    const { training } = this.#plans;
    if (training === null) throw new Error('this executor was made for prediction only');
    this.#parameters.beginTraining();
    return this.#program(training);
  }

  #explainingProgram(): Program {
    const { explaining } = this.#plans;
    if (explaining === null) throw new Error('this executor was not made for explanations');
    return this.#program(explaining, 1);
  }

  /** Puts the input where the program reads it. Returns the number of samples. */
  #begin(program: Program, { shape: [n], data }: InputTensor): number {
    if (n > this.#batchSize) throw new Error(`${n} samples are more than the ${this.#batchSize} that this executor was made for`);
    program.writeInput(data, n);
    return n;
  }
}

export function wasmBackend({ threads }: Crew, reason: string): BackendInfo {
  return {
    name: 'wasm',
    adapter: `WebAssembly SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    software: true,
    half: false,
    limits: { memoryBytes: HEAP_BYTES },
    reason,
  };
}

/** @param reason why this backend is in use, for the page */
export function wasmExecutor(reason: string, crew = alone, kernels?: Compiled): ExecutorFactory {
  return async (request) => new WasmExecutor(request, await startKernels(crew, kernels), wasmBackend(crew, reason));
}
