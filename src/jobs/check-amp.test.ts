import { expect, it } from 'vitest';
import type { BackendInfo } from '../networks/executor';
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
])('amp is refused on %s, with the reason', (_, info, gpu, reason) => {
  expect(() => checkAmp({ amp: true, gpu }, info)).toThrow(expect.objectContaining({ code: 'amp-unavailable' }));
  expect(() => checkAmp({ amp: true, gpu }, info)).toThrow(reason);
  expect(() => checkAmp({ amp: false, gpu }, info)).not.toThrow();
});

it('amp is accepted on a device with f16', () => {
  expect(() => checkAmp({ amp: true, gpu: true }, backend('webgpu', true))).not.toThrow();
});
