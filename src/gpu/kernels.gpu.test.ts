/** @file Every kernel of the list against its plain reference, on all its examples. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeGpu } from '../../test/node-gpu';
import { type GpuDevice, openDevice } from './device';
import { compileKernel, pipelineKey, shaderOf } from './kernel';
import { kernels } from './kernels/kernels';
import { runKernel } from './run-kernel';

let gpu: GpuDevice;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
});
afterAll(() => gpu.destroy());

describe.each(kernels.map((spec) => [spec.name, spec] as const))('%s', (_name, spec) => {
  it('has examples', () => expect(spec.examples.length).toBeGreaterThan(1));

  it.each(spec.examples.map((example) => [example.title, example] as const))(
    'equals its reference: %s',
    async (_title, example) => {
      const { constants, extent } = example;
      const found = await runKernel(gpu, spec, constants, extent, example.arrays());
      const expected = spec.reference(example.arrays(), constants, extent);
      expect(expected.length).toBe(found.length);
      for (const [k, array] of expected.entries()) {
        const scale = Array.from(array, (value) => Math.abs(value) || 0).reduce((top, value) => Math.max(top, value), 0);
        let worst = 0;
        for (let i = 0; i < array.length; i++) {
          const difference = Math.abs(array[i] - found[k][i]);
          if (Number.isNaN(array[i]) ? !Number.isNaN(found[k][i]) : !(difference <= spec.tolerance * scale))
            expect.fail(`output ${k}, element ${i}: ${found[k][i]} instead of ${array[i]} (scale ${scale})`);
          worst = Math.max(worst, difference || 0);
        }
        expect(worst).toBeLessThanOrEqual(spec.tolerance * scale);
      }
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
    const [spec] = kernels;
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
