/**
 * @file Reads Python pickles of protocols 2 to 4, as far as files of PyTorch use them, without running anything.
 *
 * Python would import whatever a pickle names and call it. Here a name is looked up in the table of the caller, and every other name
 * ends the reading with an error that says the name. What the pickle builds are lists, dicts, tuples and what the table makes.
 * Opcodes: Lib/pickletools.py of CPython.
 */
import { type AppError, appError } from '../base/errors';
import { PyFloat } from '../base/python-number';
import { ByteReader } from './byte-reader';
import { OrderedDict, PyTuple, type TorchKey, type TorchValue } from './torch-tensor';

/** A name that a pickle may use; `make` is what calling it gives. */
export class PickleGlobal {
  readonly name: string;
  readonly make: (args: readonly PickleValue[]) => PickleValue;

  constructor(name: string, make: (args: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.make = make;
  }
}

/** What a persistent id stands for; only the caller looks inside. */
export class PickleOpaque<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

export type PickleValue = TorchValue | PickleGlobal | PickleOpaque<unknown>;

export interface PickleRules {
  readonly where?: string;
  /** Allowed names: `module name` → what it makes. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** What a persistent id stands for. */
  readonly persistent: (id: PickleValue) => PickleValue;
  /** What an object becomes with this state; undefined for objects that have none. */
  readonly build?: (target: PickleValue, state: PickleValue) => PickleValue | undefined;
  /** The error for a pickle that makes no sense. */
  readonly damaged: (reason: string) => AppError;
  /** The error for a name that is not allowed. */
  readonly refused: (name: string) => AppError;
}

export interface PickleResult {
  readonly value: PickleValue;
  /** Position after the pickle. */
  readonly end: number;
}

/** Limits. A tensor takes about 20 objects; a network of 900 tensors with its optimiser some 60 000, at depth 6. */
const maxObjects = 300_000;
const maxMarks = 1000;
const maxStack = 100_000;
const maxNameBytes = 256;
const maxLongBytes = 255;

/** Reads one pickle that begins at `start`. Throws `torch-damaged`, `torch-global-refused` and `torch-too-large`. */
export function readPickle(bytes: Uint8Array, start: number, rules: PickleRules): PickleResult {
  const reader = new ByteReader(bytes, start, (reason) => rules.damaged(`its pickle ${reason}`));
  const machine = new PickleMachine(reader, rules);
  return { value: machine.run(), end: reader.at };
}

class PickleMachine {
  readonly #reader: ByteReader;
  readonly #rules: PickleRules;
  readonly #memo = new Map<number, PickleValue>();
  /** The stack above the last mark, and the stacks below each mark. */
  #stack: PickleValue[] = [];
  readonly #below: PickleValue[][] = [];
  #belowLength = 0;
  #objects = 0;

  constructor(reader: ByteReader, rules: PickleRules) {
    this.#reader = reader;
    this.#rules = rules;
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#reader.u8();
      if (opcode === 0x2e) return this.#finish();
      this.#step(opcode);
    }
  }

  #finish(): PickleValue {
    const value = this.#pop();
    if (this.#stack.length > 0 || this.#below.length > 0) throw this.#damaged('leaves more than one value');
    return value;
  }

  #step(opcode: number): void {
    const reader = this.#reader;
    switch (opcode) {
      case 0x80: // PROTO
        this.#protocol(reader.u8());
        break;
      case 0x95: // FRAME: a hint for buffers
        reader.skip(8);
        break;
      case 0x28: // MARK
        this.#mark();
        break;
      case 0x30: // POP
        this.#pop();
        break;
      case 0x31: // POP_MARK
        this.#popMark();
        break;
      case 0x4e: // NONE
        this.#push(null);
        break;
      case 0x88: // NEWTRUE
        this.#push(true);
        break;
      case 0x89: // NEWFALSE
        this.#push(false);
        break;
      case 0x4b: // BININT1
        this.#push(reader.u8());
        break;
      case 0x4d: // BININT2
        this.#push(reader.u16());
        break;
      case 0x4a: // BININT
        this.#push(reader.i32());
        break;
      case 0x8a: // LONG1
        this.#push(this.#long(reader.u8()));
        break;
      case 0x8b: // LONG4
        this.#push(this.#long(reader.i32()));
        break;
      case 0x47: // BINFLOAT
        this.#push(new PyFloat(reader.f64()));
        break;
      case 0x55: // SHORT_BINSTRING: a text of Python 2
        this.#push(reader.text(reader.u8()));
        break;
      case 0x58: // BINUNICODE
        this.#push(reader.text(reader.u32()));
        break;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(reader.text(reader.u8()));
        break;
      case 0x8d: // BINUNICODE8
        this.#push(reader.text(reader.u64()));
        break;
      case 0x5d: // EMPTY_LIST
        this.#push([]);
        break;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map<TorchKey, TorchValue>());
        break;
      case 0x29: // EMPTY_TUPLE
        this.#push(new PyTuple([]));
        break;
      case 0x74: // TUPLE
        this.#pushTuple(this.#popMark());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#pushTuple(this.#popSome(opcode - 0x84));
        break;
      case 0x61: // APPEND
        this.#append(this.#popSome(1));
        break;
      case 0x65: // APPENDS
        this.#append(this.#popMark());
        break;
      case 0x73: // SETITEM
        this.#setItems(this.#popSome(2));
        break;
      case 0x75: // SETITEMS
        this.#setItems(this.#popMark());
        break;
      case 0x71: // BINPUT
        this.#remember(reader.u8());
        break;
      case 0x72: // LONG_BINPUT
        this.#remember(reader.u32());
        break;
      case 0x94: // MEMOIZE
        this.#remember(this.#memo.size);
        break;
      case 0x68: // BINGET
        this.#recall(reader.u8());
        break;
      case 0x6a: // LONG_BINGET
        this.#recall(reader.u32());
        break;
      case 0x63: // GLOBAL
        this.#global(reader.line(maxNameBytes), reader.line(maxNameBytes));
        break;
      case 0x93: // STACK_GLOBAL
        this.#stackGlobal();
        break;
      case 0x69: // INST: a name and a call in one
        this.#global(reader.line(maxNameBytes), reader.line(maxNameBytes), 'INST');
        break;
      case 0x52: // REDUCE
      case 0x81: // NEWOBJ: names are only those of the table, so it is a call as well
        this.#reduce();
        break;
      case 0x62: // BUILD
        this.#build();
        break;
      case 0x51: // BINPERSID
        this.#push(this.#rules.persistent(this.#pop()));
        break;
      default:
        throw this.#damaged(`uses the opcode 0x${opcode.toString(16).padStart(2, '0')}, which tensor files do not need`);
    }
  }

  #protocol(version: number): void {
    if (version < 2 || version > 4) throw this.#damaged(`has protocol ${version}; 2 to 4 was expected`);
  }

  #push(value: PickleValue): void {
    this.#objects += 1;
    if (this.#objects > maxObjects) throw this.#tooLarge(this.#objects, 'objects', maxObjects);
    this.#stack.push(value);
    const height = this.#belowLength + this.#stack.length;
    if (height > maxStack) throw this.#tooLarge(height, 'values on the stack', maxStack);
  }

  #mark(): void {
    this.#below.push(this.#stack);
    this.#belowLength += this.#stack.length;
    this.#stack = [];
    if (this.#below.length > maxMarks) throw this.#tooLarge(this.#below.length, 'nested containers', maxMarks);
  }

  #popMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw this.#damaged('ends a container that it never began');
    this.#stack = below;
    this.#belowLength -= below.length;
    return items;
  }

  #pop(): PickleValue {
    return this.#popSome(1)[0];
  }

  #popSome(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#damaged('takes more values than it made');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  #top(): PickleValue {
    if (this.#stack.length === 0) throw this.#damaged('takes more values than it made');
    return this.#stack[this.#stack.length - 1];
  }

  #pushTuple(items: PickleValue[]): void {
    // The caller's check of the finished value finds globals and opaque values that are left inside.
    this.#push(new PyTuple(items as TorchValue[]));
  }

  #append(items: PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#damaged('appends to something that is no list');
    for (const item of items) list.push(item);
  }

  #setItems(items: PickleValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map)) throw this.#damaged('sets an item of something that is no dictionary');
    if (items.length % 2 !== 0) throw this.#damaged('has a key without a value');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key === 'object' && key !== null) throw this.#damaged('has a dictionary key that is no text, integer or None');
      dict.set(key, items[i + 1]);
    }
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#damaged(`recalls the value ${index} that it never stored`);
    this.#push(value);
  }

  #long(length: number): number | bigint {
    if (length < 0 || length > maxLongBytes) throw this.#tooLarge(length, 'bytes in one integer', maxLongBytes);
    const digits = this.#reader.bytes(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]);
    value = BigInt.asIntN(length * 8, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  #global(module: string, name: string, opcode?: 'INST'): void {
    const global = opcode === undefined ? this.#rules.globals.get(`${module} ${name}`) : undefined;
    if (global === undefined) {
      throw this.#rules.refused(printable(`${module}.${name}`));
    }
    this.#push(global);
  }

  #stackGlobal(): void {
    const [module, name] = this.#popSome(2);
    if (typeof module !== 'string' || typeof name !== 'string') throw this.#damaged('has a name that is no text');
    this.#global(module, name);
  }

  #reduce(): void {
    const [callee, args] = this.#popSome(2);
    if (!(callee instanceof PickleGlobal) || !(args instanceof PyTuple))
      throw this.#damaged('calls something that is no function');
    this.#push(callee.make(args.items));
  }

  /** The state of an object: `_metadata` of a state dict, or what the caller knows. */
  #build(): void {
    const state = this.#pop();
    const target = this.#top();
    const metadata = state instanceof Map && state.size === 1 ? state.get('_metadata') : undefined;
    if (target instanceof OrderedDict && metadata instanceof OrderedDict) {
      target.metadata = metadata;
      return;
    }
    const built = this.#rules.build?.(target, state);
    if (built === undefined) throw this.#damaged('sets attributes that a state dict does not have');
    this.#pop();
    this.#push(built);
  }

  #damaged(reason: string): AppError {
    return this.#rules.damaged(`its pickle ${reason}`);
  }

  #tooLarge(found: number, unit: string, limit: number): AppError {
    return appError('torch-too-large', { found, unit, limit }, { where: this.#rules.where });
  }
}

/** Names come from outside: whatever could confuse a reader of the message is replaced, and long ones are cut. */
function printable(name: string): string {
  const clean = name.replace(/[^\x21-\x7e]/g, '?');
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}
