import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DataError } from '../base/errors';
import { PyFloat } from '../base/python-number';
import {
  archiveNameOf,
  OrderedDict,
  PyTuple,
  readTensorFile,
  readTorch,
  TorchTensor,
  type TorchValue,
  tensor,
  writeTorch,
} from './torch';
import { openZip } from './zip';

interface TensorFacts {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly stride?: readonly number[];
  readonly offset?: number;
  readonly first?: readonly number[];
  readonly sum?: number;
}
type Manifest = Record<string, TensorFacts | Record<string, TensorFacts>>;

const folder = 'test/golden/torch';
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const golden = (name: string): Uint8Array => bytesOf(`${folder}/${name}`);
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as Manifest;

function checkTensor(value: TorchValue | undefined, facts: TensorFacts): void {
  if (!(value instanceof TorchTensor)) throw new Error('no tensor');
  expect(`torch.${value.dtype}`).toBe(facts.dtype);
  expect(value.shape).toEqual(facts.shape);
  if (facts.stride !== undefined) expect(value.strides).toEqual(facts.stride);
  if (facts.offset !== undefined) expect(value.offset).toBe(facts.offset);
  const elements = [...value.toFloat32()];
  expect(elements).toHaveLength(facts.shape.reduce((all, size) => all * size, 1));
  if (facts.first !== undefined) expect(elements.slice(0, 8)).toEqual(facts.first.map(Math.fround));
  if (facts.sum !== undefined) expect(elements.reduce((sum, element) => sum + element, 0)).toBeCloseTo(facts.sum, 4);
}

/** The dictionary of tensors in a file, which may lie under `model`. */
function tensorsOf(name: string): ReadonlyMap<unknown, TorchValue> {
  const value = readTorch(golden(name));
  if (!(value instanceof Map)) throw new Error('no dictionary');
  const model = value.get('model');
  return model instanceof Map ? model : value;
}

function rewritten(bytes: Uint8Array): Buffer {
  const archiveName = openZip(bytes).names[0].split('/')[0];
  return Buffer.from(writeTorch(readTorch(bytes), { archiveName }));
}

describe('reading', () => {
  it.each(Object.keys(manifest))('%s holds what PyTorch put there', (name) => {
    const facts = manifest[name];
    if ('dtype' in facts) checkTensor(readTensorFile(golden(name)), facts as TensorFacts);
    else for (const [key, of] of Object.entries(facts)) checkTensor(tensorsOf(name).get(key), of);
  });

  it('lends its bytes where numbers may lie as they do, else copies them', () => {
    const file = golden('dtype_float32.pt');
    const facts = manifest['dtype_float32.pt'] as TensorFacts;
    for (const start of [64, 65]) {
      const bytes = new Uint8Array(start + file.length).subarray(start);
      bytes.set(file);
      const lent = readTensorFile(bytes, undefined, true);
      checkTensor(lent, facts);
      expect(lent.storage.buffer === bytes.buffer).toBe(start === 64);
      expect(readTensorFile(bytes).storage.buffer).not.toBe(bytes.buffer);
    }
  });

  it('float32 and float64 numbers come with all their bits', () => {
    expect([...(readTensorFile(golden('nonfinite.pt')).toContiguous() as Float32Array)]).toEqual([NaN, Infinity, -Infinity, -0]);
    const doubles = readTensorFile(golden('dtype_float64.pt')).toContiguous();
    expect(doubles).toBeInstanceOf(Float64Array);
    expect([...doubles].slice(0, 8)).toEqual((manifest['dtype_float64.pt'] as TensorFacts).first);
  });

  it('a legacy file holds the network one step of training later', () => {
    const legacy = tensorsOf('legacy_state_dict.pth.tar');
    const zipped = tensorsOf('state_dict.pth.tar');
    expect([...legacy.keys()]).toEqual([...zipped.keys()]);
    expect([...(legacy.get('fc.bias') as TorchTensor).toFloat32()]).toEqual([0.33455830812454224, 0.14020977914333344]);
    for (const [name, value] of legacy) {
      const before = (zipped.get(name) as TorchTensor).toFloat32();
      const after = (value as TorchTensor).toFloat32();
      expect(after.length).toBe(before.length);
      for (const [i, element] of after.entries()) expect(Math.abs(element - before[i])).toBeLessThan(1.1);
    }
    expect(readTensorFile(golden('legacy_tensor.pt')).toFloat32()).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
  });

  it.each(['legacy_parameters_python2.pth', 'legacy_parameters_python3.pth'])(
    '%s, as PyTorch wrote it before 0.4, is read',
    (name) => {
      const state = tensorsOf(name);
      const told = [...state].map(([key, value]) => {
        const { shape, parameter } = value as TorchTensor;
        return [key, shape, [...(value as TorchTensor).toFloat32()], parameter];
      });
      expect(told).toEqual([
        ['conv1.weight', [1, 2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25], true],
        ['bn1.weight', [2], [1.5, -2], true],
        ['bn1.running_mean', [2], [0.25, 0.125], false],
      ]);
    },
  );

  it('a pickle of protocol 4 is read', () => {
    expect([...readTensorFile(golden('protocol4.pt')).toFloat32()]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('views of one storage share one array, and plain values keep their Python types', () => {
    const value = readTorch(golden('shared_storage_dict.pt')) as Map<string, TorchValue>;
    expect((value.get('a') as TorchTensor).storage).toBe((value.get('b') as TorchTensor).storage);
    expect([value.get('n'), value.get('s'), value.get('big'), value.get('neg')]).toEqual([3, 'text é', 2 ** 40, -7]);
    expect(value.get('l')).toEqual([1, new PyFloat(2.5), null, true, new PyTuple([1, 2])]);
  });

  it('a parameter and its gradient flag are kept', () => {
    const value = readTensorFile(golden('parameter.pt'));
    expect([value.parameter, value.requiresGrad]).toEqual([true, true]);
  });

  it('the versions of the modules come with a state dict', () => {
    const { metadata } = tensorsOf('state_dict.pth.tar') as OrderedDict;
    expect([...(metadata ?? [])]).toEqual(
      Object.entries({ '': 1, conv: 1, bn: 2, fc: 1 }).map(([name, version]) => [name, new Map([['version', version]])]),
    );
  });

  it('a file with anything but one tensor is no tensor file', () => {
    expect(() => readTensorFile(golden('state_dict.pth.tar'), 'x.pt')).toThrow(
      expect.objectContaining({ code: 'torch-not-tensor', where: 'x.pt', message: expect.stringContaining('a dictionary') }),
    );
    expect(() => readTorch(new TextEncoder().encode('participant_id\tage'))).toThrow(DataError);
  });
});

const prepared = readdirSync('test/golden/prepared', { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.pt'))
  .map((name) => `test/golden/prepared/${name}`);
const checkpoints = ['test/golden/maps/maps_resume_before/split-0/tmp/checkpoint.pth.tar'];
const written = readdirSync(folder)
  .filter((name) => !/legacy|protocol4|manifest/.test(name))
  .map((name) => `${folder}/${name}`);

describe('writing', () => {
  it.each([...written, ...checkpoints])('%s is written again with the bytes of torch.save', (path) => {
    const bytes = bytesOf(path);
    expect(rewritten(bytes).equals(bytes)).toBe(true);
    expect(openZip(bytes).names[0]).toBe(`${archiveNameOf(path)}/data.pkl`);
  });

  it('all tensors of prepare-data are written again with the bytes of torch.save', () => {
    const different = prepared.filter((path) => !rewritten(bytesOf(path)).equals(bytesOf(path)));
    expect(prepared).toHaveLength(46);
    expect(different).toEqual([]);
  });

  it('a checkpoint built here has the bytes of the one that torch.save wrote', () => {
    const read = readTorch(golden('state_dict.pth.tar')) as Map<string, TorchValue>;
    const from = read.get('model') as OrderedDict;
    const model = new OrderedDict();
    for (const [name, value] of from) {
      const { dtype, shape } = value as TorchTensor;
      model.set(name, tensor(dtype, shape, (value as TorchTensor).toContiguous()));
    }
    model.metadata = new OrderedDict(
      ['', 'conv', 'bn', 'fc'].map((name): [string, TorchValue] => [name, new Map([['version', name === 'bn' ? 2 : 1]])]),
    );
    const value = new Map<string, TorchValue>([
      ['model', model],
      ['epoch', 3],
      ['name', read.get('name') as string],
    ]);
    const bytes = writeTorch(value, { archiveName: archiveNameOf('state_dict.pth.tar') });
    expect(Buffer.from(bytes).equals(golden('state_dict.pth.tar'))).toBe(true);
  });

  it('what PyTorch could not hold is refused: wrong or short arrays, one storage of two types, an int with a fraction', () => {
    expect(() => tensor('int64', [1], new Float32Array(1))).toThrow('BigInt64Array');
    expect(() => tensor('float32', [2, 2], new Float32Array(3))).toThrow('element 3');
    const bits = new Uint8Array(4);
    expect(() => writeTorch([tensor('uint8', [4], bits), tensor('bool', [4], bits)], { archiveName: 'x' })).toThrow(
      'uint8 and as bool',
    );
    expect(() => writeTorch(0.5, { archiveName: 'x' })).toThrow(RangeError);
    expect(tensor('float32', [0, 3], new Float32Array(0)).strides).toEqual([3, 1]);
  });
});
