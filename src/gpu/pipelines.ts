/** @file The compiled kernels of one device: all that a network needs are compiled side by side, before the first step. */
import { type Constants, compileKernel, type KernelSpec, pipelineKey } from './kernel';

export interface KernelUse {
  readonly spec: KernelSpec;
  readonly constants: Constants;
}

export type CompileProgress = (done: number, total: number) => void;

export class Pipelines {
  readonly #device: GPUDevice;
  readonly #ready = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Compiles those not compiled yet, in parallel. Throws `gpu-shader`. */
  async compile(uses: readonly KernelUse[], progress: CompileProgress = () => {}): Promise<void> {
    const missing = new Map<string, KernelUse>();
    for (const use of uses) {
      const key = pipelineKey(use.spec, use.constants);
      if (!this.#ready.has(key)) missing.set(key, use);
    }
    let done = 0;
    progress(0, missing.size);
    await Promise.all(
      [...missing].map(async ([key, { spec, constants }]) => {
        this.#ready.set(key, await compileKernel(this.#device, spec, constants));
        progress(++done, missing.size);
      }),
    );
  }

  /** A compiled kernel; asking for one that was not compiled is our bug. */
  get({ spec, constants }: KernelUse): GPUComputePipeline {
    const pipeline = this.#ready.get(pipelineKey(spec, constants));
    if (pipeline === undefined) throw new Error(`${pipelineKey(spec, constants)} was not compiled`);
    return pipeline;
  }
}
