import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pytorch } from '../../test/pytorch';
import { skips } from '../../test/skips';
import { NumpyRandom } from '../base/numpy-random';
import { PyFloat, pyFloat } from '../base/python-number';
import { product } from '../base/shape';
import { OrderedDict, PyTuple, readTorch, type StorageArray, TorchTensor, type TorchValue, tensor, writeTorch } from './torch';
import { type Dtype, dtypes } from './torch-dtypes';

const count = 200;
const folder = mkdtempSync(path.join(tmpdir(), 'torch-peer-'));
const file = (name: string): string => path.join(folder, name);

/** A value as JSON that says its Python type, bit for bit; the twin of `facts` in test/torch-peer.py. */
function facts(value: TorchValue, storages: Map<StorageArray, number>): unknown {
  const entries = (map: ReadonlyMap<TorchValue, TorchValue>) =>
    [...map].map(([key, item]) => [facts(key, storages), facts(item, storages)]);
  if (value instanceof TorchTensor) {
    if (!storages.has(value.storage)) storages.set(value.storage, storages.size);
    const data = value.toContiguous();
    return {
      tensor: value.dtype,
      shape: value.shape,
      strides: value.strides,
      offset: value.offset,
      storage: storages.get(value.storage),
      length: value.storage.length,
      grad: value.requiresGrad,
      parameter: value.parameter,
      sha256: createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex'),
    };
  }
  if (value instanceof OrderedDict) {
    return { ordered: entries(value), metadata: value.metadata === undefined ? null : facts(value.metadata, storages) };
  }
  if (value instanceof Map) return { dict: entries(value) };
  if (Array.isArray(value)) return { list: value.map((item: TorchValue) => facts(item, storages)) };
  if (value instanceof PyTuple) return { tuple: value.items.map((item) => facts(item, storages)) };
  if (value instanceof PyFloat) return { float: hexFloat(value.value) };
  if (typeof value === 'number' || typeof value === 'bigint') return { int: String(BigInt(value)) };
  return value;
}

/** Python's float.hex. */
function hexFloat(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}inf`;
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0];
  const exponent = Number((bits >> 52n) & 2047n);
  if (exponent === 0) return `${sign}0x0.0p+0`;
  const digits = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0');
  return `${sign}0x1.${digits}p${exponent < 1023 ? '-' : '+'}${Math.abs(exponent - 1023)}`;
}

const names = Object.keys(dtypes) as Dtype[];

function randomTensor(random: NumpyRandom, pool: TorchTensor[]): TorchTensor {
  const pick = <T>(items: readonly T[]): T => items[random.randint(0, items.length)];
  let base = pool.length > 0 && random.random() < 0.3 ? pick(pool) : undefined;
  if (base === undefined) {
    const dtype = pick(names);
    const length = pick([0, 1, 2, 7, 24, 60, 300]);
    const bytes = Uint8Array.from(random.integers(256, length * dtypes[dtype].array.BYTES_PER_ELEMENT), (byte) =>
      dtype === 'bool' ? byte & 1 : byte,
    );
    base = tensor(dtype, [length], new dtypes[dtype].array(bytes.buffer));
    pool.push(base);
  }
  const shape = [...random.integers(5, random.randint(0, 5))].map((size) => size + 1);
  const strides = shape.map(() => pick([0, 1, 2, 3, 6]));
  const needed = shape.reduce((last, size, axis) => last + (size - 1) * strides[axis], 1);
  const { dtype, storage } = base;
  if (storage.length < needed || product(shape) > 500) return base;
  const floating = ['float64', 'float32', 'float16', 'bfloat16'].includes(dtype);
  const parameter = floating && random.random() < 0.1;
  const offset = random.randint(0, storage.length - needed + 1);
  return new TorchTensor({ dtype, storage, offset, shape, strides, parameter, requiresGrad: parameter && random.random() < 0.5 });
}

function randomCheckpoint(seed: number): TorchValue {
  const random = new NumpyRandom(seed);
  const pool: TorchTensor[] = [];
  const model = new OrderedDict();
  for (let i = random.randint(1, 30); i > 0; i--) model.set(`layer.${i}.weight`, randomTensor(random, pool));
  model.metadata = new OrderedDict([...model.keys()].map((key): [string, TorchValue] => [`${key}`, new Map([['version', 1]])]));
  const shared = randomTensor(random, pool);
  return new Map<string, TorchValue>([
    ['model', model],
    ['tensors', [shared, randomTensor(random, pool), shared]],
    ['tuple', new PyTuple([shared, new PyTuple([]), new PyTuple([1]), new PyTuple([1, 2, 3, 4])])],
    ['numbers', [0, 255, 256, 65535, 65536, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2n ** 63n), 2n ** 200n]],
    ['floats', seed % 2 === 0 ? [] : [0, -0, 1, 1e-8, -Infinity, random.random()].map(pyFloat)],
    ['by number', new Map<number, TorchValue>(Array.from({ length: seed < 4 ? 999 + seed : seed % 7 }, (_, i) => [i, null]))],
    ['words', ['', 'a', 'a', 'é', '漢', '😀', 'step', 'step', true, false, null]],
    ['epoch', seed],
  ]);
}

beforeAll(() => {
  if (pytorch === undefined) return;
  for (let i = 0; i < count; i++) {
    const value = randomCheckpoint(i);
    writeFileSync(file(`ours-${i}.pt`), writeTorch(value, { archiveName: `ours-${i}` }));
    writeFileSync(file(`ours-${i}.json`), JSON.stringify(facts(value, new Map())));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('files exchanged with PyTorch', () => {
  it('torch.load reads 200 random files of ours bit for bit, also with weights_only', ({ skip }) => {
    if (pytorch === undefined) return skip(skips.noPytorch);
    const run = spawnSync(pytorch.python, ['-W', 'ignore', 'test/torch-peer.py', folder, String(count)], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('');
    expect(run.status).toBe(0);
  });

  it('200 random files of torch.save are read bit for bit, in the zip and the legacy format', ({ skip }) => {
    skip(pytorch === undefined, skips.noPytorch);
    for (let i = 0; i < count; i++) {
      const expected: unknown = JSON.parse(readFileSync(file(`theirs-${i}.json`), 'utf8'));
      const zipped = readTorch(new Uint8Array(readFileSync(file(`theirs-${i}.pt`))));
      expect(facts(zipped, new Map()), `theirs-${i}`).toEqual(expected);
      const legacy = readTorch(new Uint8Array(readFileSync(file(`legacy-${i}.pt`))));
      expect(facts(legacy, new Map()), `legacy-${i}`).toEqual(expected);
    }
  });

  it('200 random files of torch.save are written again byte for byte', ({ skip }) => {
    if (pytorch === undefined) return skip(skips.noPytorch);
    skip(!pytorch.version.startsWith('1.13.'), skips.otherPytorch);
    const different = Array.from({ length: count }, (_, i) => `theirs-${i}`).filter((archiveName) => {
      const bytes = readFileSync(file(`${archiveName}.pt`));
      return !bytes.equals(writeTorch(readTorch(new Uint8Array(bytes)), { archiveName }));
    });
    expect(different).toEqual([]);
  });
});
