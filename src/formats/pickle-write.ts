/**
 * @file Writes the pickle of a torch file, byte for byte as CPython's C pickler does with protocol 2.
 *
 * The pickler stores every text, tuple, list, dict, name and object it has written under a number, and writes the number when the
 * same *object* comes again. JavaScript texts have no identity, so the rule is: texts that CPython keeps only once are written once.
 * These are texts of at most one Latin-1 character, keys of plain dicts that are identifiers (they stand as literals in Python
 * code) and the literals of torch.save itself. Every other text is a new object each time.
 */
import { PyFloat } from '../base/python-number';
import { type Dtype, dtypes, type StorageArray } from './torch-dtypes';
import { OrderedDict, PyTuple, type TorchKey, TorchTensor, type TorchValue } from './torch-tensor';

export interface WrittenPickle {
  readonly pickle: Uint8Array;
  /** Storages in the order of their keys 0, 1, 2, …. */
  readonly storages: readonly StorageArray[];
}

/**
 * The pickle of a value and the storages of its tensors. Throws RangeError for one storage under two dtypes and for a number with a
 * fraction.
 */
export function writePickle(value: TorchValue): WrittenPickle {
  const writer = new PickleWriter();
  writer.save(value);
  return writer.finish();
}

/** Items that go into a container with one opcode. */
const batch = 1000;

const opcode = {
  mark: 0x28,
  emptyTuple: 0x29,
  stop: 0x2e,
  binFloat: 0x47,
  binInt: 0x4a,
  binInt1: 0x4b,
  binInt2: 0x4d,
  none: 0x4e,
  binPersistentId: 0x51,
  reduce: 0x52,
  binUnicode: 0x58,
  emptyList: 0x5d,
  append: 0x61,
  build: 0x62,
  global: 0x63,
  appends: 0x65,
  binGet: 0x68,
  longBinGet: 0x6a,
  binPut: 0x71,
  longBinPut: 0x72,
  setItem: 0x73,
  tuple: 0x74,
  setItems: 0x75,
  emptyDict: 0x7d,
  protocol: 0x80,
  tuple1: 0x85,
  newTrue: 0x88,
  newFalse: 0x89,
  long1: 0x8a,
} as const;

interface WrittenStorage {
  readonly key: string;
  readonly dtype: Dtype;
  /** Where the key is stored, for the next tensor over the same storage. */
  memo?: number;
}

class PickleWriter {
  readonly #out = new ByteWriter();
  readonly #objects = new Map<object, number>();
  readonly #texts = new Map<string, number>();
  readonly #globals = new Map<string, number>();
  readonly #storages = new Map<StorageArray, WrittenStorage>();
  #stored = 0;

  constructor() {
    this.#out.u8(opcode.protocol);
    this.#out.u8(2);
  }

  finish(): WrittenPickle {
    this.#out.u8(opcode.stop);
    return { pickle: this.#out.bytes(), storages: [...this.#storages.keys()] };
  }

  save(value: TorchValue): void {
    if (value === null) this.#out.u8(opcode.none);
    else if (typeof value === 'boolean') this.#out.u8(value ? opcode.newTrue : opcode.newFalse);
    else if (typeof value === 'number' || typeof value === 'bigint') this.#int(value);
    else if (typeof value === 'string') this.#text(value, isCharacter(value));
    else if (value instanceof PyFloat) {
      this.#out.u8(opcode.binFloat);
      this.#out.f64(value.value);
    } else if (!this.#recall(this.#objects.get(value))) this.#object(value);
  }

  #object(value: Exclude<TorchValue, TorchKey | PyFloat>): void {
    if (value instanceof TorchTensor) this.#tensor(value);
    else if (value instanceof PyTuple) this.#tuple(value.items, value);
    else if (value instanceof OrderedDict) this.#orderedDict(value);
    else if (value instanceof Map) this.#dict(value);
    else this.#list(value as readonly TorchValue[]);
  }

  #int(value: number | bigint): void {
    const n = BigInt(value);
    if (n >= 0n && n < 256n) {
      this.#out.u8(opcode.binInt1);
      this.#out.u8(Number(n));
    } else if (n >= 0n && n < 65536n) {
      this.#out.u8(opcode.binInt2);
      this.#out.u16(Number(n));
    } else if (BigInt.asIntN(32, n) === n) {
      this.#out.u8(opcode.binInt);
      this.#out.u32(Number(BigInt.asUintN(32, n)));
    } else {
      let length = 5;
      while (BigInt.asIntN(length * 8, n) !== n) length++;
      this.#out.u8(opcode.long1);
      this.#out.u8(length);
      for (let i = 0; i < length; i++) this.#out.u8(Number((n >> BigInt(8 * i)) & 255n));
    }
  }

  #text(text: string, once: boolean): void {
    if (once && this.#recall(this.#texts.get(text))) return;
    const bytes = new TextEncoder().encode(text);
    this.#out.u8(opcode.binUnicode);
    this.#out.u32(bytes.length);
    this.#out.append(bytes);
    const index = this.#store();
    if (once) this.#texts.set(text, index);
  }

  #global(name: string): void {
    if (this.#recall(this.#globals.get(name))) return;
    this.#out.u8(opcode.global);
    this.#out.append(new TextEncoder().encode(`${name.replace(' ', '\n')}\n`));
    this.#globals.set(name, this.#store());
  }

  #list(list: readonly TorchValue[]): void {
    this.#out.u8(opcode.emptyList);
    this.#objects.set(list, this.#store());
    if (list.length === 1) {
      this.save(list[0]);
      this.#out.u8(opcode.append);
      return;
    }
    for (let start = 0; start < list.length; start += batch) {
      this.#out.u8(opcode.mark);
      for (const item of list.slice(start, start + batch)) this.save(item);
      this.#out.u8(opcode.appends);
    }
  }

  #dict(dict: ReadonlyMap<TorchKey, TorchValue>): void {
    this.#out.u8(opcode.emptyDict);
    this.#objects.set(dict, this.#store());
    const entries = [...dict];
    const saveKey = (key: TorchKey) => (typeof key === 'string' ? this.#text(key, isLiteral(key)) : this.save(key));
    if (entries.length === 1) {
      this.#setItem(entries[0], saveKey);
      return;
    }
    // A plain dict of a multiple of 1000 items ends with an empty batch.
    for (let start = 0; start <= entries.length && entries.length > 0; start += batch) {
      this.#setItems(entries.slice(start, start + batch), saveKey);
    }
  }

  #orderedDict(dict: OrderedDict): void {
    this.#newOrderedDict();
    this.#objects.set(dict, this.#stored - 1);
    const entries = [...dict];
    const saveKey = (key: TorchKey) => this.save(key);
    for (let start = 0; start < entries.length; start += batch) {
      if (entries.length - start === 1) this.#setItem(entries[start], saveKey);
      else this.#setItems(entries.slice(start, start + batch), saveKey);
    }
    if (dict.metadata !== undefined) {
      this.save(new Map([['_metadata', dict.metadata]]));
      this.#out.u8(opcode.build);
    }
  }

  #newOrderedDict(): void {
    this.#global('collections OrderedDict');
    this.#out.u8(opcode.emptyTuple);
    this.#out.u8(opcode.reduce);
    this.#store();
  }

  #setItem([key, value]: [TorchKey, TorchValue], saveKey: (key: TorchKey) => void): void {
    saveKey(key);
    this.save(value);
    this.#out.u8(opcode.setItem);
  }

  #setItems(entries: readonly [TorchKey, TorchValue][], saveKey: (key: TorchKey) => void): void {
    this.#out.u8(opcode.mark);
    for (const [key, value] of entries) {
      saveKey(key);
      this.save(value);
    }
    this.#out.u8(opcode.setItems);
  }

  /** `items` may be given without an object: such a tuple is made anew each time. */
  #tuple(items: readonly TorchValue[], tuple?: PyTuple): void {
    if (items.length === 0) {
      this.#out.u8(opcode.emptyTuple);
      return;
    }
    if (items.length > 3) this.#out.u8(opcode.mark);
    for (const item of items) this.save(item);
    this.#endTuple(items.length);
    if (tuple !== undefined) this.#objects.set(tuple, this.#stored - 1);
  }

  #endTuple(length: number): void {
    this.#out.u8(length > 3 ? opcode.tuple : opcode.tuple1 + length - 1);
    this.#store();
  }

  #tensor(tensor: TorchTensor): void {
    if (tensor.parameter) {
      this.#global('torch._utils _rebuild_parameter');
      this.#rebuildTensor(tensor, false);
      this.save(tensor.requiresGrad);
      this.#newOrderedDict();
      this.#endTuple(3);
      this.#out.u8(opcode.reduce);
      this.#store();
    } else this.#rebuildTensor(tensor, tensor.requiresGrad);
    this.#objects.set(tensor, this.#stored - 1);
  }

  #rebuildTensor(tensor: TorchTensor, requiresGrad: boolean): void {
    this.#global('torch._utils _rebuild_tensor_v2');
    this.#out.u8(opcode.mark);
    this.#storage(tensor);
    this.#int(tensor.offset);
    this.#tuple(tensor.shape);
    this.#tuple(tensor.strides);
    this.save(requiresGrad);
    this.#newOrderedDict();
    this.#endTuple(6);
    this.#out.u8(opcode.reduce);
    this.#store();
  }

  /** The persistent id of a storage: ('storage', class, key, 'cpu', number of elements). */
  #storage({ dtype, storage }: TorchTensor): void {
    const known = this.#storages.get(storage) ?? { key: String(this.#storages.size), dtype };
    if (known.dtype !== dtype) throw new RangeError(`one storage is used as ${known.dtype} and as ${dtype}`);
    this.#storages.set(storage, known);
    this.#out.u8(opcode.mark);
    this.#text('storage', true);
    this.#global(`torch ${dtypes[dtype].storage}`);
    if (isCharacter(known.key)) this.#text(known.key, true);
    else if (!this.#recall(known.memo)) {
      this.#text(known.key, false);
      known.memo = this.#stored - 1;
    }
    this.#text('cpu', true);
    this.#int(storage.length);
    this.#endTuple(5);
    this.#out.u8(opcode.binPersistentId);
  }

  #store(): number {
    const index = this.#stored++;
    this.#out.short(opcode.binPut, opcode.longBinPut, index);
    return index;
  }

  #recall(index: number | undefined): boolean {
    if (index === undefined) return false;
    this.#out.short(opcode.binGet, opcode.longBinGet, index);
    return true;
  }
}

function isCharacter(text: string): boolean {
  return text.length === 0 || (text.length === 1 && text.charCodeAt(0) < 256);
}

function isLiteral(key: string): boolean {
  return isCharacter(key) || /^[A-Za-z_]\w*$/.test(key);
}

/** Bytes that grow. */
class ByteWriter {
  #view = new DataView(new ArrayBuffer(4096));
  #length = 0;

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  /** Big-endian, as pickle has it. */
  f64(value: number): void {
    const at = this.#grow(8);
    this.#view.setFloat64(at, value);
  }

  append(bytes: Uint8Array): void {
    const start = this.#grow(bytes.length);
    new Uint8Array(this.#view.buffer).set(bytes, start);
  }

  /** One opcode with a byte, or the other with four. */
  short(narrow: number, wide: number, index: number): void {
    if (index < 256) {
      this.u8(narrow);
      this.u8(index);
    } else {
      this.u8(wide);
      this.u32(index);
    }
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }
}
