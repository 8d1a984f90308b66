import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import { readTorch, type TorchValue } from '../formats/torch';
import { initialState } from '../networks/initial-state';
import { constructNetwork } from '../networks/registry';
import type { StateDict } from '../networks/state-dict';
import { frozenParameters } from '../networks/transfer';
import { type OptimizerName, optimizers } from '../vocabulary/optimizers';
import { parameterNames, readOptimizerFile, writeOptimizerFile } from './optimizer-file';
import { readCheckpoint } from './weights';

const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`test/golden/${path}`));
const where = 'optimizer.pth.tar';
const settings = { learning_rate: 1e-3, weight_decay: 1e-4 };

/** The parameters that `golden/optimizers/make.py` trains. */
const model: StateDict = new Map([
  ['weight', { shape: [2, 3], data: new Float32Array(6) }],
  ['running_mean', { shape: [2], data: new Float32Array(2) }],
  ['bias', { shape: [2], data: new Float32Array(2) }],
]);

/** Numbers of the states and of the parameters in a file. */
function numbering(bytes: Uint8Array<ArrayBuffer>): unknown {
  const { optimizer } = asObject(readTorch(bytes, { where })) as { optimizer: ReadonlyMap<string, TorchValue> };
  const { state, param_groups } = asObject(optimizer) as { state: ReadonlyMap<number, TorchValue>; param_groups: TorchValue[] };
  return [[...state.keys()], asObject(param_groups[0]).params];
}

const asObject = (value: unknown): Record<string, unknown> => Object.fromEntries(value as ReadonlyMap<string, unknown>);

describe('the file of an optimiser', () => {
  it.each(Object.keys(optimizers) as OptimizerName[])('%s comes out byte for byte as PyTorch writes it', (optimizer) => {
    const bytes = read(`optimizers/${optimizer}/optimizer.pth.tar`);
    const { state, learningRate } = readOptimizerFile(bytes, parameterNames(model), optimizer, where);
    expect(learningRate).toBe(1e-3);
    expect([...state.keys()]).toEqual(['weight', 'bias']);
    expect([...state.values()].map(({ step }) => step)).toEqual(optimizer === 'SGD' ? [0, 0] : [2, 2]);
    const again = writeOptimizerFile({ state, model, options: { ...settings, optimizer }, epoch: 1, name: 'Conv4_FC3' });
    expect(Buffer.compare(again, bytes)).toBe(0);
  });

  it('of a training of ClinicaDL comes out byte for byte', () => {
    const tmp = 'maps/maps_resume_before/split-0/tmp';
    const { model: trained, name } = readCheckpoint(read(`${tmp}/checkpoint.pth.tar`), 'checkpoint.pth.tar');
    const bytes = read(`${tmp}/optimizer.pth.tar`);
    const { state } = readOptimizerFile(bytes, parameterNames(trained), 'Adam', where);
    const options = { ...settings, optimizer: 'Adam' } as const;
    expect(Buffer.compare(writeOptimizerFile({ state, model: trained, options, epoch: 0, name }), bytes)).toBe(0);
  });

  it('numbers only the parameters that learn, as ClinicaDL does', () => {
    const built = constructNetwork('Conv4_FC3', { inputSize: [1, 32, 36, 30], outputSize: 2, dropout: 0 });
    const [trained, frozen] = [initialState(built, new TorchRandom(0)), frozenParameters(built, 2)];
    const bytes = read('optimizers/frozen/optimizer.pth.tar');
    const names = parameterNames(trained, frozen);
    const { state } = readOptimizerFile(bytes, names, 'Adam', where);
    expect([...state].map(([name, { tensors }]) => [name, tensors.exp_avg.length])).toEqual([
      ['fc.4.weight', 2000],
      ['fc.4.bias', 40],
      ['fc.6.weight', 80],
      ['fc.6.bias', 2],
    ]);
    const options = { ...settings, optimizer: 'Adam' } as const;
    const file = { state, model: trained, frozen, options, epoch: 2, name: 'Conv4_FC3' };
    expect(numbering(writeOptimizerFile(file))).toEqual(numbering(bytes));
  });

  it('of another one is refused by name', () => {
    const bytes = read('optimizers/RMSprop/optimizer.pth.tar');
    expect(() => readOptimizerFile(bytes, parameterNames(model), 'Adam', where)).toThrow(/the state of Adam/);
  });
});
