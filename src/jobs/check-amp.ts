/** @file `amp` asks for activations of 16 bits: only some graphics devices have them, and nothing else does here. */
import { appError } from '../base/errors';
import type { BackendInfo } from '../engine/executor';

/** Throws `amp-unavailable` with the reason if `amp` is on and cannot be. The backend is opened only to answer that. */
export async function checkAmp(
  { amp, gpu }: { readonly amp: boolean; readonly gpu: boolean },
  open: () => Promise<BackendInfo>,
): Promise<void> {
  if (!amp) return;
  const backend = await open();
  if (gpu && backend.half) return;
  const reasons = {
    'no-gpu': 'the option gpu is off',
    webgpu: `the adapter "${backend.adapter}" has no shader-f16`,
    wasm: 'the processor does the work, with 32-bit numbers',
    cpu: 'the processor does the work, with 32-bit numbers',
  };
  throw appError('amp-unavailable', { reason: reasons[gpu ? backend.name : 'no-gpu'] }, { where: 'amp' });
}
