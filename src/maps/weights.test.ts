import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { moduleVersions } from '../networks/print';
import { buildNetwork } from '../networks/registry';
import { epochOf, readCheckpoint, writeCheckpoint } from './weights';

const network = buildNetwork('Conv4_FC3', { inputSize: [1, 32, 36, 30], outputSize: 2, dropout: 0.5 });
const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`test/golden/${path}`));

describe('weight files of ClinicaDL', () => {
  it('come out byte for byte: model.pth.tar', () => {
    const bytes = read('maps/maps_resume_before/split-0/tmp/checkpoint.pth.tar');
    const checkpoint = readCheckpoint(bytes, 'checkpoint.pth.tar');
    expect(checkpoint.name).toBe('Conv4_FC3');
    expect(
      Buffer.compare(
        writeCheckpoint({ ...checkpoint, epoch: epochOf(checkpoint, 'it'), modules: moduleVersions(network) }),
        bytes,
      ),
    ).toBe(0);
  });

  it('that hold something else are refused by name', () => {
    expect(() => readCheckpoint(read('torch/dtype_float32.pt'), 'dtype_float32.pt')).toThrow(/dtype_float32\.pt.*model/);
  });
});
