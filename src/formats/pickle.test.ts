import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError, DataError } from '../base/errors';
import { NumpyRandom } from '../base/numpy-random';
import { readTorch } from './torch';
import { openZip } from './zip';
import { writeZip } from './zip-write';

type Part = string | number | readonly number[];

/** Bytes of a pickle: numbers are opcodes, texts are ASCII. */
function bytes(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)));
}
const u32 = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
const text = (value: string): number[] => [...bytes('X', u32(value.length), value)];
const short = (value: string): number[] => [...bytes(0x8c, value.length, value)];
const start = [0x80, 2];
const repeated = (count: number, ...parts: readonly Part[]): Part[] => Array.from({ length: count }, () => parts).flat();

/** A torch file with this pickle and one storage "0" of 24 bytes. */
function torchFile(pickle: Uint8Array): Uint8Array {
  return writeZip([
    { name: 'x/data.pkl', data: pickle },
    { name: 'x/data/0', data: new Uint8Array(24) },
    { name: 'x/version', data: bytes('3\n') },
  ]);
}

interface TensorParts {
  readonly id?: readonly Part[];
  readonly offset?: readonly Part[];
  readonly shape?: readonly Part[];
  readonly strides?: readonly Part[];
}
const int = (value: number): Part[] => ['J', u32(value >>> 0)];
const storageId = (key: string, length: number, storageClass = 'FloatStorage'): Part[] => [
  '(',
  text('storage'),
  `ctorch\n${storageClass}\n`,
  text(key),
  text('cpu'),
  ...int(length),
  'tQ',
];
const hooks = 'ccollections\nOrderedDict\n)R';

/** The pickle of one float32 tensor [2, 3], with some parts replaced. */
function tensorPickle(parts: TensorParts = {}): Uint8Array {
  const id = parts.id ?? storageId('0', 6);
  const offset = parts.offset ?? int(0);
  const shape = parts.shape ?? [...int(2), ...int(3), 0x86];
  const strides = parts.strides ?? [...int(3), ...int(1), 0x86];
  return bytes(start, 'ctorch._utils\n_rebuild_tensor_v2\n(', ...id, ...offset, ...shape, ...strides, 0x89, hooks, 'tR.');
}

const dangerous =
  `os.system posix.system nt.system os.popen os.execvp os.unlink shutil.rmtree subprocess.Popen subprocess.check_output
  builtins.eval builtins.exec builtins.compile builtins.open builtins.getattr builtins.__import__ builtins.print __builtin__.eval
  __builtin__.file importlib.import_module runpy.run_path pickle.loads _pickle.loads marshal.loads types.CodeType types.FunctionType
  torch.load torch.hub.load torch.storage._load_from_bytes torch.jit.load torch._utils._import_dotted_name torch.ops.load_library
  torch.nn.modules.module.Module numpy.core.multiarray._reconstruct numpy.load numpy.testing._private.utils.runstring
  codecs.encode operator.attrgetter operator.methodcaller functools.partial functools.reduce
  webbrowser.open socket.create_connection urllib.request.urlopen http.client.HTTPSConnection ctypes.CDLL pty.spawn
  code.interact timeit.timeit cProfile.run pdb.run bdb.Bdb asyncio.run multiprocessing.Process threading.Thread
  collections.OrderedDict.__init__ collections.defaultdict collections.Counter argparse.Namespace copyreg._reconstructor
  torch._utils._rebuild_tensor_v2.__globals__ torch.FloatStorage.from_file torch.ComplexFloatStorage site.main venv.create`
    .trim()
    .split(/\s+/);

/** Module and name of a dotted path, cut at the last point. */
const cut = (path: string): [string, string] => [path.slice(0, path.lastIndexOf('.')), path.slice(path.lastIndexOf('.') + 1)];
const call = (path: string, args: readonly Part[]): Part[] => [`c${cut(path).join('\n')}\n`, ...args, 'R'];

/** Reads a file that must be refused. One that is not would go on until the test, or the memory, is at its end. */
function refusal(file: Uint8Array): DataError {
  try {
    readTorch(file, { where: 'evil.pt' });
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('not refused');
}

function expectRefused(file: Uint8Array, message: string | RegExp): void {
  const error = refusal(file);
  expect(error.message).toMatch(message);
  expect(error.where).toBe('evil.pt');
}

describe('pickles that would run code in Python', () => {
  // Protocol 2 writes the bytes of a number of NumPy so; nothing is encoded here, and nothing else is taken.
  it.each([
    ['another coding', [text('ab'), text('rot13'), 0x86]],
    ['a long text', [text('123456789'), text('latin1'), 0x86]],
    ['no coding', [text('ab'), 0x85]],
  ])('_codecs.encode with %s is refused', (_, argument) => {
    expectRefused(torchFile(bytes(start, ...call('_codecs.encode', argument), '.')), 'it encodes a text');
  });

  it('the test file itself is accepted when nothing is wrong with it', () => {
    expect(readTorch(torchFile(tensorPickle()))).toMatchObject({ shape: [2, 3], strides: [3, 1] });
  });

  it.each(dangerous)('%s is refused by name, called or not, in every way to name it', (path) => {
    const [module, name] = cut(path);
    const argument: Part[] = [text('id'), 0x85];
    const ways: Uint8Array[] = [
      bytes(start, ...call(path, argument), '.'),
      bytes(start, `c${module}\n${name}\n.`),
      bytes(0x80, 4, short(module), 0x94, short(name), 0x94, 0x93, short('id'), 0x85, 'R.'),
      bytes(start, '(', text('id'), `i${module}\n${name}\n.`),
      // Under a harmless value, which is thrown away or kept beside it.
      bytes(start, ...call(path, argument), '0', 'K', 1, '.'),
      bytes(start, '](K', 1, ...call(path, argument), 'e.'),
      bytes(start, '}', text('model'), ...call(path, argument), 's.'),
      bytes(start, hooks, ...call(path, argument), 'b.'),
    ];
    for (const pickle of ways) expectRefused(torchFile(pickle), `load ${path},`);
  });

  it('a call inside the arguments of a call is refused by the inner name', () => {
    const inner = call('builtins.getattr', [...call('builtins.__import__', [text('os'), 0x85]), text('system'), 0x86]);
    expectRefused(torchFile(bytes(start, ...inner, text('id'), 0x85, 'R.')), 'load builtins.getattr,');
    const hidden = [...call('os.system', [text('id'), 0x85])];
    expectRefused(torchFile(tensorPickle({ offset: hidden })), 'load os.system,');
    expectRefused(torchFile(tensorPickle({ id: [...hidden, 'Q'] })), 'load os.system,');
  });

  it('a name that is not an ASCII word is shown without its control characters', () => {
    const error = refusal(torchFile(bytes(start, 'cos\u0007\nsys\u001b[2Jtem\n.')));
    expect(error.message).toContain('os?.sys?[2Jtem');
    expect(refusal(torchFile(bytes(start, `c${'a'.repeat(300)}\nb\n.`))).code).toBe('torch-damaged');
  });

  it('extension codes and objects made without a call are refused', () => {
    expect(refusal(torchFile(bytes(start, 'NN', 0x81, '.'))).code).toBe('torch-damaged');
    for (const opcode of [0x92, 0x82, 0x83, 0x84, 0x6f, 0x50, 0x46, 0x49, 0x53, 0x56, 0x8f, 0x96]) {
      expectRefused(torchFile(bytes(start, 'NN', opcode, '.')), /opcode 0x/);
    }
  });
});

describe('pickles that would exhaust the machine', () => {
  /** Containers, each with the one before it twice. */
  const doublings = (first: Part[], twice: (index: number) => Part[]): Uint8Array =>
    bytes(start, ...first, ...Array.from({ length: 200 }, (_, i) => ['q', i, ...twice(i)]).flat(), '.');

  it.each([
    ['200 doublings of a list', doublings([']'], (i) => ['0](', 'h', i, 'h', i, 'e'])],
    ['200 doublings of a tuple', doublings(['K', 1, 0x85], (i) => ['h', i, 0x86])],
    ['200 doublings of a dictionary', doublings(['}'], (i) => ['0}(K', 1, 'h', i, 'K', 2, 'h', i, 'u'])],
    ['a list that holds itself', bytes(start, ']q', 0, 'h', 0, 'a.')],
    ['a dictionary that holds itself twice', bytes(start, '}q', 0, '(K', 1, 'h', 0, 'K', 2, 'h', 0, 'u.')],
    ['an integer of 1 GB', bytes(start, 0x8b, u32(2 ** 30), 1, '.')],
    ['an integer of −1 bytes', bytes(start, 0x8b, u32(0xffffffff), '.')],
    ['an integer of 1 MB that is there', bytes(start, 0x8b, u32(1e6), repeated(1e6, 1).flat() as number[], '.')],
    ['a text of 4 GB', bytes(start, 'X', u32(0xffffffff), 'abc.')],
    ['a text of 2⁶³ bytes', bytes(0x80, 4, 0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80, 'abc.')],
    ['a million nested tuples', bytes(start, ')', '\u0085'.repeat(1e6), '.')],
    ['a million nested lists', bytes(start, ']'.repeat(1e6), 'a'.repeat(1e6 - 1), '.')],
    ['a million marks', bytes(start, '('.repeat(1e6), '.')],
    ['a million nested dictionaries', bytes(start, '}K\u0001'.repeat(1e6), '}', 's'.repeat(1e6), '.')],
    ['two million values', bytes(start, '(', 'N'.repeat(2e6), 't.')],
    ['two million values that are thrown away', bytes(start, 'N0'.repeat(2e6), 'N.')],
    ['a tensor of 2⁶⁰ elements', tensorPickle({ shape: [0x8a, 8, [0, 0, 0, 0, 0, 0, 0, 16], 0x85], strides: ['K', 0, 0x85] })],
    [
      'a tensor of 1000 axes',
      tensorPickle({ shape: ['(', ...repeated(1000, 'K', 1), 't'], strides: ['(', ...repeated(1000, 'K', 1), 't'] }),
    ],
    [
      'a storage of 2⁵² elements',
      tensorPickle({
        id: ['(', text('storage'), 'ctorch\nFloatStorage\n', text('0'), text('cpu'), 0x8a, 7, [0, 0, 0, 0, 0, 0, 16], 'tQ'],
      }),
    ],
  ])('%s is refused', (_, pickle) => {
    expectRefused(torchFile(pickle), /./);
  });
});

describe('values that come twice', () => {
  const list = (count: number): Uint8Array =>
    bytes(start, ']', ...Array.from({ length: count }, (_, i) => ['q', i, '0](', 'h', i, 'h', i, 'e']).flat(), '.');

  it('a list that holds one list twice is read, and refused once it would be a million values', () => {
    expect(readTorch(torchFile(list(2)))).toEqual([
      [[], []],
      [[], []],
    ]);
    expectRefused(torchFile(list(30)), /values where at most 1000000/);
  });
});

describe('tensors that reach outside their storage', () => {
  const axes = (...sizes: number[]): Part[] => ['(', ...sizes.flatMap(int), 't'];
  it.each<[string, TensorParts, RegExp]>([
    ['a storage that is not in the file', { id: storageId('1', 6) }, /no storage "1"/],
    ['a storage named as a path', { id: storageId('../version', 1, 'ByteStorage') }, /no storage "..\/version"/],
    ['a storage of fewer bytes than announced', { id: storageId('0', 7) }, /24 bytes where 28/],
    ['a storage of negative length', { id: storageId('0', -1) }, /length -1/],
    ['a storage that is a tuple of nothing', { id: [')', 'Q'] }, /not described/],
    ['a storage that is a text', { id: [text('0')] }, /not described/],
    ['a negative offset', { offset: int(-1) }, /not described/],
    ['an offset past the end', { offset: int(1) }, /element 6/],
    ['an offset that is a float', { offset: ['G', [0, 0, 0, 0, 0, 0, 0, 0]] }, /not described/],
    ['a negative size', { shape: axes(-2, 3) }, /-2/],
    ['a negative stride', { strides: axes(3, -1) }, /-1/],
    ['strides that jump past the end', { strides: axes(4, 1) }, /element 6/],
    ['more strides than sizes', { strides: axes(3, 1, 1) }, /2 sizes but 3 strides/],
    ['sizes that are a list', { shape: [']'] }, /not described/],
  ])('%s is refused', (_, parts, message) => {
    expectRefused(torchFile(tensorPickle(parts)), message);
  });

  it('one storage with two types or lengths is refused', () => {
    const two = (second: Part[]): Uint8Array => bytes(start, '](', ...storageId('0', 6), ...second, 'e.');
    expectRefused(torchFile(two(storageId('0', 5))), /two ways/);
    expectRefused(torchFile(two(storageId('0', 6, 'IntStorage'))), /two ways/);
    expectRefused(torchFile(two(storageId('0', 6))), /storage without a tensor/);
  });
});

describe('damaged files', () => {
  const golden = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/golden/torch/${name}`));

  it.each(['scalar_0d.pt', 'legacy_tensor.pt', 'shared_storage_dict.pt'])('%s is refused when cut at any byte', (name) => {
    const whole = golden(name);
    for (let end = 0; end < whole.length; end++) {
      const cutFile = whole.slice(0, end);
      expect(() => readTorch(cutFile), `${end}`).toThrow(DataError);
    }
  });

  it('a pickle cut at any byte is refused', () => {
    const pickle = openZip(golden('state_dict.pth.tar')).read('state_dict.pth/data.pkl') ?? new Uint8Array();
    expect(pickle.length).toBeGreaterThan(500);
    for (let end = 0; end < pickle.length; end++) expect(() => readTorch(torchFile(pickle.slice(0, end)))).toThrow(DataError);
  });

  it('20 000 pickles with changed bytes are read or refused, never anything else', () => {
    const random = new NumpyRandom(1);
    const sources = ['shared_storage_dict.pt', 'protocol4.pt', 'parameter.pt'].map((name) => {
      const archive = openZip(golden(name));
      return archive.read(archive.names[0]) ?? new Uint8Array();
    });
    let refused = 0;
    for (let i = 0; i < 20_000; i++) {
      const pickle = sources[i % sources.length].slice();
      for (let k = random.randint(1, 4); k > 0; k--) pickle[random.randint(0, pickle.length)] = random.randint(0, 256);
      try {
        readTorch(torchFile(pickle));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(10_000);
    expect(refused).toBeLessThan(20_000);
  });

  it('bytes after the end of the pickle, several values, an old protocol and BUILD of other attributes are refused', () => {
    expectRefused(torchFile(bytes(start, 'N.N.')), /goes on after its end/);
    expectRefused(torchFile(bytes(start, 'NN.')), /more than one value/);
    expectRefused(torchFile(bytes(0x80, 1, 'N.')), /protocol 1/);
    expectRefused(torchFile(bytes(start, hooks, '}', text('__class__'), 'Nsb.')), /attributes/);
    expectRefused(torchFile(bytes(start, 'ctorch\nFloatStorage\n.')), /torch.FloatStorage in place of a value/);
    expectRefused(torchFile(bytes(start, 'ctorch\nFloatStorage\n)R.')), /calls a storage class/);
    expectRefused(torchFile(bytes(start, 'h', 3, '.')), /never stored/);
    expectRefused(torchFile(bytes(start, '})Ns.')), /dictionary key/);
  });

  it('the prototype of a dictionary cannot be changed', () => {
    const value = readTorch(torchFile(bytes(start, '}', text('__proto__'), '}', text('polluted'), 'K', 1, 'ss.')));
    expect(value).toEqual(new Map([['__proto__', new Map([['polluted', 1]])]]));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
