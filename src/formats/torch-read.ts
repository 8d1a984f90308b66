/** @file Reads files of torch.save: the zip format (PyTorch 1.6 and newer) and the legacy format before it. */
import { type AppError, appError } from '../base/errors';
import { checkValue } from './check-value';
import { foreignFile } from './foreign-file';
import { readPickle } from './pickle';
import { type Dtype, dtypes, type StorageArray } from './torch-dtypes';
import { otherArchive, otherWeights, type TorchPlace, unknownName } from './torch-kinds';
import { torchRules } from './torch-rebuild';
import { PyTuple, TorchTensor, type TorchValue } from './torch-tensor';
import { isZip, openZip } from './zip';

export interface ReadTorchOptions extends TorchPlace {
  /** Storages are views of `bytes` where their place in the file allows it: for what is read once and never changed or sent. */
  readonly shared?: boolean;
}

type Damaged = (reason: string) => AppError;

const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyProtocol = 1001;
const newestVersion = 10;

/**
 * The value of a file that torch.save wrote; storages are copied out of `bytes`, unless `shared`. Throws `torch-damaged`, `torch-too-large`, and
 * `torch-global-refused` when the file names anything but tensors and ordered dicts, `torch-other-kind` for weights of other formats, and
 * what `foreignFile` finds.
 */
export function readTorch(bytes: Uint8Array, options: ReadTorchOptions = {}): TorchValue {
  const { shared = false, ...place } = options;
  const { where } = place;
  const damaged: Damaged = (reason) => appError('torch-damaged', { reason }, { where });
  if (isZip(bytes)) return readZipFormat(bytes, damaged, place, shared);
  const other = otherWeights(bytes, place);
  if (other !== undefined) throw other;
  if (bytes[0] === 0x80) return readLegacyFormat(bytes, damaged, place);
  throw foreignFile(bytes, 'a PyTorch file', where) ?? damaged('it begins neither as a zip file nor as a pickle');
}

/** The one tensor of a file such as prepare-data writes; `shared` as for `readTorch`. Throws `torch-not-tensor` for any other content. */
export function readTensorFile(bytes: Uint8Array, where?: string, shared = false): TorchTensor {
  const value = readTorch(bytes, { where, content: 'tensor', shared });
  if (!(value instanceof TorchTensor)) throw appError('torch-not-tensor', { found: kindOf(value) }, { where });
  return value;
}

function kindOf(value: TorchValue): string {
  if (value === null) return 'None';
  if (value instanceof Map) return 'a dictionary';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof PyTuple) return 'a tuple';
  return typeof value === 'string' ? 'a text' : 'a number';
}

function readZipFormat(bytes: Uint8Array, damaged: Damaged, place: TorchPlace, shared: boolean): TorchValue {
  const { where } = place;
  const archive = openZip(bytes, { where });
  const other = otherArchive(archive.names, place);
  if (other !== undefined) throw other;
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw damaged(`it has ${pickles.length} entries named data.pkl; one was expected`);
  const folder = pickles[0].slice(0, -'data.pkl'.length);
  const text = (name: string): string | undefined => {
    const content = archive.read(`${folder}${name}`);
    return content === undefined ? undefined : new TextDecoder().decode(content.subarray(0, 32)).trim();
  };
  const version = Number(text('version') ?? Number.NaN);
  if (!(version >= 1 && version <= newestVersion))
    throw damaged(`its version is ${text('version') ?? 'missing'}; 1 to 10 was expected`);
  const order = text('byteorder') ?? 'little';
  if (order !== 'little') throw damaged(`its byte order is ${JSON.stringify(order)}; little was expected`);

  const storage = (key: string, dtype: Dtype, length: number): StorageArray => {
    const content = archive.read(`${folder}data/${key}`);
    if (content === undefined) throw damaged(`it has no storage "${key}"`);
    const { array } = dtypes[dtype];
    const needed = length * array.BYTES_PER_ELEMENT;
    if (content.length < needed) throw damaged(`the storage "${key}" has ${content.length} bytes where ${needed} are needed`);
    if (shared && content.byteOffset % array.BYTES_PER_ELEMENT === 0)
      return new array(content.buffer as ArrayBuffer, content.byteOffset, length);
    return new array(content.slice(0, needed).buffer as ArrayBuffer);
  };
  const pickle = archive.read(pickles[0]) ?? new Uint8Array();
  const { value, end } = readPickle(pickle, 0, torchRules({ where, damaged, refused: unknownName(pickle, place), storage }));
  if (end !== pickle.length) throw damaged('its pickle goes on after its end');
  return checkValue(value, damaged, where);
}

/** Pickles of a magic number, a protocol number, facts of the machine, the value and the storage keys; then the storages. */
function readLegacyFormat(bytes: Uint8Array, damaged: Damaged, place: TorchPlace): TorchValue {
  const { where } = place;
  const storages = new Map<string, StorageArray>();
  let allocated = 0;
  const storage = (key: string, dtype: Dtype, length: number): StorageArray => {
    const needed = length * dtypes[dtype].array.BYTES_PER_ELEMENT;
    allocated += needed;
    if (allocated > bytes.length) throw damaged(`its storages need more bytes than the ${bytes.length} of the file`);
    const array = new dtypes[dtype].array(new ArrayBuffer(needed));
    storages.set(key, array);
    return array;
  };
  const rules = torchRules({ where, damaged, refused: unknownName(bytes, place), storage });
  let at = 0;
  const next = (): TorchValue => {
    const { value, end } = readPickle(bytes, at, rules);
    at = end;
    return checkValue(value, damaged, where);
  };
  if (next() !== legacyMagic || next() !== legacyProtocol) throw damaged('it does not begin with the numbers of PyTorch');
  const machine = next();
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) throw damaged('its numbers are not little-endian');
  const value = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damaged('it has no list of storages');
  for (const key of keys) {
    const array = storages.get(key);
    storages.delete(key);
    if (array === undefined) throw damaged(`it lists the storage ${String(key)}, which no tensor has`);
    at = fillStorage(bytes, at, array, damaged);
  }
  if (storages.size > 0) throw damaged('it lists fewer storages than its tensors have');
  return value;
}

/** Count of elements (8 bytes), then their bytes; the position after them. */
function fillStorage(bytes: Uint8Array, at: number, array: StorageArray, damaged: Damaged): number {
  const start = at + 8;
  const end = start + array.byteLength;
  if (end > bytes.length) throw damaged('it is cut short in its storages');
  const count = new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true);
  if (count !== BigInt(array.length)) throw damaged(`a storage has ${count} elements where ${array.length} were announced`);
  new Uint8Array(array.buffer).set(bytes.subarray(start, end));
  return end;
}
