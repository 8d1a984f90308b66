/** @file Nothing is timed that does not compute the right numbers: every kernel against its reference, a network against cpu. */
import type { GpuDevice } from '../../gpu/device';
import { kernels } from '../../gpu/kernels/kernels';
import { runKernel } from '../../gpu/run-kernel';
import type { Executor } from '../../networks/executor';
import { tfjsExecutor } from '../../networks/tfjs-executor';
import { webgpuExecutor } from '../../networks/webgpu-executor';
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

/** Largest relative difference of all kernels. Throws an Error that names the first kernel beyond its tolerance. */
async function checkKernels(gpu: GpuDevice): Promise<number> {
  let worst = 0;
  for (const spec of kernels)
    for (const { title, constants, extent, arrays } of spec.examples) {
      const found = await runKernel(gpu, spec, constants, extent, arrays());
      for (const [k, expected] of spec.reference(arrays(), constants, extent).entries()) {
        const difference = worstDifference(found[k], expected);
        if (!(difference <= spec.tolerance)) throw new Error(`${spec.name}, ${title}: relative difference ${difference}`);
        worst = Math.max(worst, difference);
      }
    }
  return worst;
}

const small: NetworkCase = { architecture: 'Conv4_FC3', shape: [19, 17, 18], batch: 2 };

/** Largest relative difference of output, loss and gradients (Adam's first moment after one step, without biases before a norm). */
async function compareExecutors(reference: Executor, other: Executor): Promise<number> {
  const input = inputOf(small);
  let worst = worstDifference(await other.predict(input), await reference.predict(input));
  for (const executor of [reference, other]) await trainingStep(executor, input).run();
  const expected = await reference.readOptimizer();
  for (const [name, { exp_avg }] of await other.readOptimizer())
    if (!/convolutions\.\d+\.bias/.test(name)) worst = Math.max(worst, worstDifference(exp_avg, expected.get(name)!.exp_avg));
  return worst;
}

/** Throws if a kernel, our executor or the stock composition is wrong. */
export async function gate(gpu: GpuDevice): Promise<GateReport> {
  const kernelDifference = await checkKernels(gpu);
  const differences: number[] = [];
  for (const factory of [webgpuExecutor(gpu), tfjsExecutor('webgpu', { gpu })]) {
    const reference = await open(tfjsExecutor('cpu'), small);
    const other = await open(factory, small);
    differences.push(await compareExecutors(reference, other));
    reference.dispose();
    other.dispose();
  }
  const [ours, stock] = differences;
  if (!(ours < 1e-4 && stock < 1e-4)) throw new Error(`gradients differ from cpu: ours by ${ours}, stock by ${stock}`);
  return { kernels: kernelDifference, ours, stock };
}
