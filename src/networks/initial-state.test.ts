import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../../test/golden-network';
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import { readCheckpoint } from '../maps/weights';
import { initialState } from './initial-state';
import { buildNetwork, networkName } from './registry';

describe('initialState', () => {
  it('a whole brain is probed in f32, as PyTorch does', () => {
    const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0 });
    const state = initialState(spec, new TorchRandom(0));
    // Ideal arithmetic would leave 0.9 everywhere.
    const variance = state.get('convolutions.17.running_var')!.data as Float32Array;
    expect(Math.max(...variance)).toBeGreaterThan(0.9001);
  });

  it('the numbers of the specification come out (Conv5_FC3 on 20 × 24 × 20)', () => {
    const state = initialState(
      buildNetwork('default', { inputSize: [1, 20, 24, 20], outputSize: 2, dropout: 0 }),
      new TorchRandom(0),
    );
    const first = (name: string, n: number): number[] => Array.from(state.get(name)!.data.slice(0, n), Number);
    expect(first('convolutions.16.bias', 4)).toEqual(
      [-0.0116571579, -0.00836706627, 0.00124988856, -0.00215571839].map(Math.fround),
    );
    expect(first('fc.6.bias', 2)).toEqual([0.0632449389, -0.134423688].map(Math.fround));
    const mean = [0.00509472191, -0.0103339916, -0.00790692028, -0.00934339222];
    expect(largestDifference(first('convolutions.17.running_mean', 4), mean)).toBeLessThanOrEqual(2e-6);
    const variance = [0.90252912, 0.901631117, 0.902225733, 0.90114069];
    expect(largestDifference(first('convolutions.17.running_var', 4), variance)).toBeLessThanOrEqual(2e-6);
  });
});

describe('a MAPS trained with learning rate 0', () => {
  it('holds the weights of seed 0, bit for bit', () => {
    const where = 'test/golden/maps/maps_lr0/split-0/best-loss/model.pth.tar';
    const { model } = readCheckpoint(new Uint8Array(readFileSync(where)), where);
    const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 32, 36, 30], outputSize: 2, dropout: 0 });
    const state = initialState(spec, new TorchRandom(0));
    expect([...state.keys()]).toEqual([...model.keys()]);
    let compared = 0;
    for (const [name, { shape, data }] of state) {
      if (/running|tracked/.test(name)) continue; // these went on during the training
      expect(model.get(name)!.shape, name).toEqual(shape);
      expect(Buffer.compare(Buffer.from(model.get(name)!.data.buffer), Buffer.from(data.buffer)), name).toBe(0);
      compared += data.length;
    }
    expect(compared).toBe(309_692);
  });
});

describe('buildNetwork', () => {
  const code = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
    return 'nothing thrown';
  };
  const build = (inputSize: readonly number[]): unknown => buildNetwork('Conv5_FC3', { inputSize, outputSize: 2, dropout: 0 });

  it('inputs too small for the last BatchNorm are refused, one axis of 17 is enough', () => {
    expect(code(() => build([1, 16, 16, 16]))).toBe('network-input-small');
    expect(code(() => build([1, 16, 17, 16]))).toBe('nothing thrown');
    expect(code(() => build([3, 16, 16]))).toBe('network-input-small');
  });

  it('with strides one axis of 33 is needed', () => {
    const strided = (inputSize: readonly number[]): unknown =>
      buildNetwork('Stride_Conv5_FC3', { inputSize, outputSize: 2, dropout: 0 });
    expect(code(() => strided([1, 32, 32, 32]))).toBe('network-input-small');
    expect(code(() => strided([1, 32, 33, 32]))).toBe('nothing thrown');
  });

  it('inputs with one or four spatial axes are refused', () => {
    expect(code(() => build([1, 64]))).toBe('network-input-rank');
    expect(code(() => build([1, 64, 64, 64, 64]))).toBe('network-input-rank');
  });

  it('other classes of ClinicaDL are not available; other names are unknown', () => {
    expect(code(() => networkName('AE_Conv5_FC3', 'classification'))).toBe('option-not-available');
    expect(code(() => networkName('Conv5_FC3', 'reconstruction'))).toBe('option-not-available');
    expect(networkName('default', 'reconstruction')).toBe('AE_Conv5_FC3');
    expect(code(() => networkName('Conv6', 'classification'))).toBe('network-unknown');
  });
});
