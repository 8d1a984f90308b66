/** @file Thread 0 of a team: gives out calls of kernels, works at them too, and waits until they are done. */
import { type KernelFunctions, sharedKernels, type TeamFunctions } from './functions';

/** The kernels, done by the whole team. `memory` holds the command in its first pages. */
export function shared(functions: KernelFunctions & TeamFunctions, memory: WebAssembly.Memory): KernelFunctions {
  const command = functions.commandAddress();
  const number = new Int32Array(memory.buffer, command, 1);
  const values = new Float64Array(memory.buffer, command + 8, 16);
  const calls = sharedKernels.map((name, i) => {
    const kernel = functions[name] as (...given: number[]) => void;
    const call = (...given: number[]): void => {
      functions.open();
      number[0] = i;
      values.set(given);
      functions.publish();
      kernel(...given);
      if (functions.finish() === 0) throw new Error('A helper thread of the processor failed.');
    };
    return [name, call] as const;
  });
  return { ...functions, ...Object.fromEntries(calls) };
}
