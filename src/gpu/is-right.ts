/** @file Whether a device computes a kernel as it should: its first examples, beside the plain reference. */
import { AppError } from '../base/errors';
import type { GpuDevice } from './device';
import type { KernelSpec } from './kernel';
import { runKernel } from './run-kernel';

/** By device, then by name of the kernel. */
const asked = new WeakMap<GpuDevice, Map<string, Promise<boolean>>>();

/** Tried once on each device. False also where it does not compile. Rejects when the device fails. */
export function isRight(gpu: GpuDevice, spec: KernelSpec): Promise<boolean> {
  const known = asked.get(gpu) ?? new Map<string, Promise<boolean>>();
  asked.set(gpu, known);
  const answer = known.get(spec.name) ?? compare(gpu, spec);
  known.set(spec.name, answer);
  return answer;
}

async function compare(gpu: GpuDevice, spec: KernelSpec): Promise<boolean> {
  const [first, second = first] = spec.examples;
  const { constants, extent, arrays } = second;
  try {
    const found = await runKernel(gpu, spec, constants, extent, arrays());
    return spec.reference(arrays(), constants, extent).every((output, k) => {
      const expected = Array.from(output);
      const scale = expected.reduce((top, value) => Math.max(top, Math.abs(value) || 0), 0);
      return expected.every((value, i) => Number.isNaN(value) || Math.abs(value - found[k][i]) <= 2 * spec.tolerance * scale);
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'gpu-shader') return false;
    throw error;
  }
}
