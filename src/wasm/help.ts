/** @file What a helper thread does. */

/** Tells a helper which team it belongs to. */
export interface TeamCall {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of what `teamBytes` measures. */
  readonly at: number;
  /** Number of the thread, of so many. */
  readonly thread: number;
  readonly threads: number;
  /** Kernels by their numbers. */
  readonly names: readonly string[];
}

/** Resolves when the team is dissolved. Uses nothing outside itself: Node gets its text (`node-crew.ts`). */
export async function help({ module, memory, at, thread, threads, names }: TeamCall): Promise<void> {
  const abort = (): never => {
    throw new Error('A WebAssembly kernel stopped.');
  };
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort } });
  const kernels = exports as Record<string, (...values: number[]) => number>;
  kernels.join(at, thread, threads);
  const command = kernels.commandAddress() >>> 0;
  // Of the first page: they hold when the memory grows.
  const number = new Int32Array(memory.buffer, command, 1);
  const values = new Float64Array(memory.buffer, command + 8, 16);
  while (kernels.waitForCall() !== 0) {
    const name = names[number[0]];
    const given = Array.from(values);
    // Otherwise the call was over before it was read.
    if (kernels.stillOpen() === 0) continue;
    try {
      kernels[name](...given);
    } catch (error) {
      kernels.fail();
      throw error;
    }
  }
}
