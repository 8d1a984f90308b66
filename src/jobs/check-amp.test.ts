import { expect, it } from 'vitest';
import type { BackendInfo } from '../engine/executor';
import { checkAmp } from './check-amp';

const backend = (name: BackendInfo['name'], half: boolean): BackendInfo => ({
  name,
  half,
  adapter: 'google swiftshader',
  software: false,
  limits: {},
  reason: '',
});

it.each([
  ['a device without f16', backend('webgpu', false), true, 'adapter "google swiftshader" has no shader-f16'],
  ['the processor', backend('wasm', false), true, 'the processor does the work'],
  ['a GPU that is switched off', backend('webgpu', true), false, 'the option gpu is off'],
])('amp is refused on %s, with the reason', async (_, info, gpu, reason) => {
  const refused = checkAmp({ amp: true, gpu }, async () => info);
  await expect(refused).rejects.toMatchObject({ code: 'amp-unavailable', message: expect.stringContaining(reason) });
});

it('without amp no backend is opened', async () => {
  let opened = 0;
  await checkAmp({ amp: false, gpu: true }, async () => {
    opened++;
    return backend('wasm', false);
  });
  expect(opened).toBe(0);
});

it('amp is accepted on a device with f16', async () => {
  await expect(checkAmp({ amp: true, gpu: true }, async () => backend('webgpu', true))).resolves.toBeUndefined();
});
