/** @file Every kernel of the list against its plain reference, on all its examples. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skips } from '../../test/skips';
import { fromHalf, toHalf } from '../base/half';
import { nodeGpu } from '../cli/node-gpu';
import { type GpuDevice, openDevice } from './device';
import { compileKernel, type KernelArray, missingFeatures, pipelineKey, shaderOf } from './kernel';
import { kernels } from './kernels/kernels';
import { runKernel } from './run-kernel';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

/** Every output within its tolerance, relative to the output's largest magnitude. */
function expectEqual(found: readonly KernelArray[], expected: readonly KernelArray[], toleranceOf: (k: number) => number): void {
  expect(expected.length).toBe(found.length);
  for (const [k, array] of expected.entries()) {
    const scale = Array.from(array, (value) => Math.abs(value) || 0).reduce((top, value) => Math.max(top, value), 0);
    const tolerance = toleranceOf(k) * scale;
    let worst = 0;
    for (let i = 0; i < array.length; i++) {
      const difference = Math.abs(array[i] - found[k][i]);
      if (Number.isNaN(array[i]) ? !Number.isNaN(found[k][i]) : !(difference <= tolerance))
        expect.fail(`output ${k}, element ${i}: ${found[k][i]} instead of ${array[i]} (scale ${scale})`);
      worst = Math.max(worst, difference || 0);
    }
    expect(worst).toBeLessThanOrEqual(tolerance);
  }
}

describe.each(kernels.map((spec) => [spec.name, spec] as const))('%s', (_name, spec) => {
  it('has examples', () => expect(spec.examples.length).toBeGreaterThan(1));

  const onlyWhereItCompiles = (skip: (condition: boolean, note: string) => void): void => {
    const missing = missingFeatures(spec, gpu.features);
    skip(missing.includes('subgroups'), skips.noSubgroups);
    skip(missing.includes('shader-f16'), skips.noHalf);
  };

  it.for(spec.examples.map((example) => [example.title, example] as const))(
    'equals its reference: %s',
    async ([_title, example], { skip }) => {
      onlyWhereItCompiles(skip);
      const found = await runKernel(gpu, spec, example.constants, example.extent, example.arrays());
      expectEqual(found, spec.reference(example.arrays(), example.constants, example.extent), () => spec.tolerance);
    },
  );

  it.for((spec.windows === undefined ? [] : spec.examples.slice(0, 4)).map((example) => [example.title, example] as const))(
    'sees its tensors through windows: %s',
    async ([_title, example], { skip }) => {
      onlyWhereItCompiles(skip);
      const windows = spec.windows!.map((names) => names.split(' '));
      // A window that begins 8, 16 or 24 elements before the tensor: what lies there must stay.
      const ahead = (i: number): number => 8 * (1 + windows.findIndex((names) => names.includes(spec.bindings[i].name)));
      const moved = (array: KernelArray, i: number): KernelArray => {
        const result = Reflect.construct(array.constructor, [array.length + ahead(i)]) as KernelArray;
        result.set(array, ahead(i));
        return result;
      };
      const arrays = example.arrays().map((array, i) => {
        if (spec.bindings[i].name !== 'range') return moved(array, i);
        const words = array.slice();
        for (const k of windows.keys()) words[9 + k] -= 8 * (k + 1);
        return words;
      });
      const found = await runKernel(gpu, spec, example.constants, example.extent, arrays);
      const written = spec.bindings.flatMap(({ access }, i) => (access === 'write' ? [i] : []));
      const reference = spec.reference(example.arrays(), example.constants, example.extent);
      expectEqual(
        found,
        reference.map((array, k) => moved(array, written[k])),
        () => spec.tolerance,
      );
    },
  );

  it.for(spec.half === undefined ? [] : spec.examples.map((example) => [example.title, example] as const))(
    'equals its reference with activations stored as f16: %s',
    async ([_title, example], { skip }) => {
      skip(!gpu.half, skips.noHalf);
      onlyWhereItCompiles(skip);
      const constants = { ...example.constants, HALF: 1 };
      const stored = spec.bindings.map(({ name }) => spec.half?.includes(name) === true);
      const rounded = (): KernelArray[] =>
        example.arrays().map((array, i) => (stored[i] ? Float32Array.from(array, (value) => fromHalf(toHalf(value))) : array));
      const found = await runKernel(gpu, spec, constants, example.extent, rounded());
      const written = stored.filter((_, i) => spec.bindings[i].access === 'write');
      // A value between two neighbours in f16 is off by 2 ** -11 of itself at most; twice that where the sum lies on the other side.
      const tolerance = (k: number): number => Math.max(spec.tolerance, written[k] ? 2 ** -10 : 0);
      expectEqual(found, spec.reference(rounded(), constants, example.extent), tolerance);
    },
  );
});

describe('kernel', () => {
  it('the pipeline key tells name and constants apart, not their order', () => {
    const [spec] = kernels;
    expect(pipelineKey(spec, { A: 1, B: 2 })).toBe(pipelineKey(spec, { B: 2, A: 1 }));
    expect(pipelineKey(spec, { A: 1, B: 2 })).not.toBe(pipelineKey(spec, { A: 12, B: 2 }));
  });

  it('a constant that is missing, superfluous or broken does not compile', () => {
    const [spec] = kernels;
    const { constants } = spec.examples[0];
    expect(() => shaderOf(spec, { ...constants, EXTRA: 1 })).toThrow('EXTRA');
    expect(() => shaderOf(spec, { ...constants, [spec.constants[0]]: 0.5 })).toThrow('not an integer');
  });

  it('a compile error names the line and carries the numbered shader', async () => {
    const spec = kernels.find(({ half }) => half === undefined)!;
    const broken = {
      ...spec,
      name: 'broken',
      constants: ['A'],
      wgsl: '@compute @workgroup_size(1) fn main() { let x = missing; }',
    };
    const error = await compileKernel(gpu.device, broken, { A: 1 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'gpu-shader' });
    expect(String(error)).toContain('broken(A=1)');
    expect(String(error)).toContain('line 2:');
    expect(String((error as Error).cause)).toContain('1 const A: i32 = 1;');
  });
});
