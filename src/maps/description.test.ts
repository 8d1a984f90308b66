/** @file environment.txt: every device that trained, in order. */
import { expect, it } from 'vitest';
import { addBackend, printEnvironment } from './description';

it('has each device once, behind what was there', () => {
  const begun = printEnvironment('1.2', 'webgpu', 'Some GPU');
  expect(begun).toBe('clinicadl-web==1.2\nbackend==webgpu\nadapter==Some-GPU\n');
  expect(addBackend(begun, '1.2', 'webgpu', 'Some GPU')).toBe(begun);
  const both = addBackend(begun, '1.2', 'wasm', 'SIMD');
  expect(both).toBe(`${begun}backend==wasm\nadapter==SIMD\n`);
  expect(addBackend(both, '1.2', 'webgpu', 'Some GPU')).toBe(both);
  expect(addBackend('torch==1.13', '1.2', 'wasm', 'SIMD')).toBe(
    'torch==1.13\nclinicadl-web==1.2\nbackend==wasm\nadapter==SIMD\n',
  );
});
