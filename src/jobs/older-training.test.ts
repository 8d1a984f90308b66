/** @file The parameters of ClinicaDL 0.2 and its networks, as they are said today; shapes as PyTorch prints those of 0.2.2. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../formats/json';
import { olderNetwork, todaysWeights } from '../maps/older-networks';
import { ownNetwork } from '../networks/own-network';
import { stateEntries } from '../networks/parameters';
import { olderTraining } from './older-training';

const base: JsonObject = {
  mode: 'image',
  network_type: 'cnn',
  preprocessing: 't1-linear',
  model: 'Conv5_FC3',
  diagnoses: ['AD', 'CN'],
};
const of = (more: JsonObject, size: string | null = null) => olderTraining({ ...base, ...more }, 'old', size);

describe('the commandline.json of 0.2', () => {
  it.each([
    [{}, [1, 169, 208, 179]],
    [{ preprocessing: 't1-extensive' }, [1, 121, 145, 121]],
    [{ mode: 'patch', patch_size: 32 }, [1, 32, 32, 32]],
    [{ mode: 'roi' }, [1, 50, 50, 50]],
    [{ mode: 'roi', roi_list: ['a'], uncropped_roi: true }, [1, 169, 208, 179]],
  ])('%o has inputs of %o', (more, size) => {
    expect(of(more as JsonObject).inputSize).toEqual(size);
  });

  it('the default regions are in the order of their numbers', () => {
    expect(of({ mode: 'roi' }).parameters.preprocessing_dict).toMatchObject({
      roi_list: ['rightHippocampusBox', 'leftHippocampusBox'],
    });
  });

  it('the positive class is node 0; a label that two diagnoses share is none of them', () => {
    expect(of({ diagnoses: ['CN', 'pMCI', 'AD'] }).parameters.label_code).toEqual({ pMCI: 0, AD: 0, CN: 1 });
    expect(of({ diagnoses: ['CN', 'pMCI', 'AD'] }).labelOf('1')).toBeNull();
    expect(of({ diagnoses: ['CN', 'AD'] }).labelOf('1')).toBe('AD');
  });

  it('a dropout that is not there was that of the mode', () => {
    expect([of({}).dropout, of({ mode: 'patch' }).dropout, of({ dropout: 0.2 }).dropout]).toEqual([0.5, 0, 0.2]);
  });

  it.each([
    [{ network_type: 'autoencoder' }, 'older-results-kind'],
    [{ preprocessing: 'shepplogan' }, 'older-results-kind'],
    [{ mode: 'roi', roi_list: ['a'] }, 'older-network-size'],
    [{ epochs: 'x' }, 'older-results-value'],
    [{ epochs: -1 }, 'older-results-value'],
    [{ data_augmentation: 'Noise' }, 'older-results-value'],
    [{ dropout: -1 }, 'older-results-value'],
    [{ mode: 'patch', stride_size: 0 }, 'older-results-value'],
    [{ use_cpu: 'no' }, 'older-results-value'],
    [{ diagnoses: 'AD' }, 'older-results-value'],
  ])('%o is refused as %s', (more, code) => {
    expect(() => of(more as JsonObject)).toThrow(expect.objectContaining({ code }));
  });

  it('a size that was typed is taken', () => {
    expect(of({ mode: 'roi', roi_list: ['a'] }, '1@30x40x50').inputSize).toEqual([1, 30, 40, 50]);
  });
});

describe('networks of 0.2', () => {
  const weights = (name: string, inputSize: readonly number[]) => {
    const network = olderNetwork(name, 0);
    if (network?.architecture !== null) throw new Error(name);
    const built = ownNetwork({ layers: network.layers }, { inputSize, outputSize: 2 }, 'network.json');
    return { network, shapes: new Map(stateEntries(built).map(({ name: key, shape }) => [key, [...shape]])) };
  };

  it('Conv4_FC3: four convolutions without padding', () => {
    const { network, shapes } = weights('Conv4_FC3', [1, 50, 50, 50]);
    expect(shapes.get(network.rename('features.12.weight') ?? '')).toEqual([50, 50, 3, 3, 3]);
    expect(shapes.get(network.rename('classifier.2.weight') ?? '')).toEqual([50, 400]);
    expect(shapes.get(network.rename('classifier.5.weight') ?? '')).toEqual([40, 50]);
    expect(shapes.get(network.rename('classifier.7.weight') ?? '')).toEqual([2, 40]);
  });

  it('Conv6_FC3: six, the last of 256 channels', () => {
    const { network, shapes } = weights('Conv6_FC3', [1, 169, 208, 179]);
    expect(shapes.get(network.rename('features.20.weight') ?? '')).toEqual([256, 128, 3, 3, 3]);
    expect(shapes.get(network.rename('classifier.2.weight') ?? '')).toEqual([1000, 9216]);
    expect(shapes.get(network.rename('classifier.4.weight') ?? '')).toEqual([50, 1000]);
    expect(shapes.get(network.rename('classifier.6.weight') ?? '')).toEqual([2, 50]);
  });

  it('Conv5_FC3 and Conv5_FC3_mni are those of today', () => {
    for (const name of ['Conv5_FC3', 'Conv5_FC3_mni']) {
      const network = olderNetwork(name, 0);
      expect(network?.architecture).toBe('Conv5_FC3');
      expect(network?.rename('features.16.weight')).toBe('convolutions.16.weight');
      expect(network?.rename('classifier.6.bias')).toBe('fc.6.bias');
      expect(network?.rename('layer1.weight')).toBeUndefined();
    }
  });

  it('others are not known', () => {
    for (const name of ['VConv5_FC3', 'ConvNet', 'resnet18', 'toString']) expect(olderNetwork(name, 0)).toBeUndefined();
  });

  it('the two outputs change places, the other weights stay', () => {
    const network = olderNetwork('Conv5_FC3', 0)!;
    const data = Float32Array.of(1, 2, 3, 4);
    const found = todaysWeights(
      network,
      new Map([
        ['classifier.4.weight', { shape: [2, 2], data }],
        ['classifier.6.weight', { shape: [2, 2], data }],
      ]),
    );
    expect(found).toEqual(
      new Map([
        ['fc.4.weight', { shape: [2, 2], data }],
        ['fc.6.weight', { shape: [2, 2], data: Float32Array.of(3, 4, 1, 2) }],
      ]),
    );
    expect(todaysWeights(network, new Map([['other', { shape: [1], data }]]))).toEqual({ stray: 'other' });
  });
});
