/** @file Nothing is timed that does not compute the right numbers: every kernel against its reference, a network against cpu. */
import { noDraws } from '../../engine/draws';
import type { Executor, ExecutorFactory } from '../../engine/executor';
import { tfjsExecutor } from '../../engine/tfjs/executor';
import { wasmExecutor } from '../../engine/wasm/executor';
import { webgpuExecutor } from '../../engine/webgpu/executor';
import type { GpuDevice } from '../../gpu/device';
import { missingFeatures } from '../../gpu/kernel';
import { kernels } from '../../gpu/kernels/kernels';
import { runKernel } from '../../gpu/run-kernel';
import { inputOf, type NetworkCase, open, trainingStep } from './networks';
import type { GateReport } from './report';

function worstDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i])) continue;
    const difference = Math.abs(found[i] - expected[i]);
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst === 0 ? 0 : worst / scale;
}

/**
 * Largest relative difference of all kernels that the device can compile, and the names of the others. Throws an Error that names the
 * first kernel beyond its tolerance.
 */
async function checkKernels(gpu: GpuDevice): Promise<Pick<GateReport, 'kernels' | 'unchecked'>> {
  let worst = 0;
  const unchecked: string[] = [];
  for (const spec of kernels) {
    const missing = missingFeatures(spec, gpu.features);
    if (missing.length > 0) {
      unchecked.push(`${spec.name} (needs ${missing.join(', ')})`);
      continue;
    }
    for (const { title, constants, extent, arrays } of spec.examples) {
      const found = await runKernel(gpu, spec, constants, extent, arrays());
      for (const [k, expected] of spec.reference(arrays(), constants, extent).entries()) {
        const difference = worstDifference(found[k], expected);
        if (!(difference <= spec.tolerance)) throw new Error(`${spec.name}, ${title}: relative difference ${difference}`);
        worst = Math.max(worst, difference);
      }
    }
  }
  return { kernels: worst, unchecked };
}

const small: NetworkCase = { architecture: 'Conv4_FC3', inputSize: [1, 19, 17, 18], batch: 2 };

/** Largest relative difference of outputs and of gradients (Adam's first moment after one step), without the parameters so named. */
async function compareExecutors(reference: Executor, other: Executor, without: RegExp): Promise<number> {
  const input = inputOf(small);
  let worst = worstDifference((await other.predict(input, noDraws)).output, (await reference.predict(input, noDraws)).output);
  for (const executor of [reference, other]) await trainingStep(executor, input).run();
  const expected = await reference.readOptimizer();
  for (const [name, { tensors }] of await other.readOptimizer())
    if (!without.test(name)) worst = Math.max(worst, worstDifference(tensors.exp_avg, expected.get(name)!.tensors.exp_avg));
  return worst;
}

interface Candidate {
  readonly name: string;
  readonly factory: ExecutorFactory;
  readonly tolerance: number;
  /** Activations as f16. */
  readonly amp?: boolean;
  /** Parameters whose gradients are not compared. */
  readonly without: RegExp;
}

/** Biases of convolutions, which the norm after them takes away: zero but for rounding. */
const beforeNorm = /convolutions\.(0|4|8|12)\.bias/;
/** Before a pool, where activations that f16 rounds change places with their neighbours; the kernels are checked one by one. */
const beforePool = /convolutions/;

function candidatesOf(gpu: GpuDevice): Candidate[] {
  const candidates: Candidate[] = [
    { name: 'WebGPU', factory: webgpuExecutor(gpu), tolerance: 1e-4, without: beforeNorm },
    { name: 'WebAssembly', factory: wasmExecutor('The benchmark asked for it.'), tolerance: 1e-4, without: beforeNorm },
    { name: 'TensorFlow.js', factory: tfjsExecutor('webgpu', { gpu }), tolerance: 1e-4, without: beforeNorm },
  ];
  const half = { name: 'WebGPU with f16', factory: webgpuExecutor(gpu), tolerance: 1e-2, amp: true, without: beforePool };
  if (gpu.half) candidates.push(half);
  return candidates;
}

/** Throws an Error that says what is wrong: a kernel, one of our executors or the stock composition. */
export async function gate(gpu: GpuDevice): Promise<GateReport> {
  const checked = await checkKernels(gpu);
  const gradients: { name: string; difference: number }[] = [];
  for (const { name, factory, tolerance, amp, without } of candidatesOf(gpu)) {
    const reference = await open(tfjsExecutor('cpu'), small);
    const other = await open(factory, small, amp);
    const difference = await compareExecutors(reference, other, without);
    reference.dispose();
    other.dispose();
    if (!(difference < tolerance)) throw new Error(`gradients of ${name} differ from those of plain JavaScript by ${difference}`);
    gradients.push({ name, difference });
  }
  return { ...checked, gradients };
}
