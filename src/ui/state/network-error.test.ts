import { expect, it } from 'vitest';
import { isOfNetwork } from './network-error';

it.each(['network-input-small', 'heap-batch', 'heap-network', 'gpu-buffer-limit', 'latent-too-large', 'weights-too-large'])(
  '%s stands below the choice of a network',
  (code) => {
    expect(isOfNetwork({ code })).toBe(true);
  },
);

it.each(['file-missing', 'weights-mismatch', 'group-empty'])('%s waits for the start', (code) => {
  expect(isOfNetwork({ code })).toBe(false);
});
