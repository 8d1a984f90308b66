/**
 * @file Files that hold weights in another way than as tensors alone: whole networks as Python objects, programs, exports of other
 * formats. None is read; each is told by what it is, with the lines of Python that write its weights as PyTorch does.
 */
import { type AppError, appError } from '../base/errors';
import { bytesAsText } from './foreign-file';

interface Kind {
  readonly found: string;
  /** Writes the weights of FILE into FILE. */
  readonly python: string;
}

const save = (value: string): string => `torch.save(${value}, FILE)`;
const weightsOfNet = `net = whole.get("model", whole) if isinstance(whole, dict) else whole; ${save('getattr(net, "state_dict", lambda: net)()')}`;

const kinds = {
  torchScript: { found: 'a program of TorchScript (torch.jit.save)', python: save('torch.jit.load(FILE).state_dict()') },
  module: {
    found: 'a whole network as Python objects (torch.save of a module)',
    python: `whole = torch.load(FILE, weights_only=False); ${weightsOfNet}`,
  },
  pickle: {
    found: 'a Python pickle that torch.save did not write',
    python: `import pickle; whole = pickle.load(open(FILE, "rb")); ${weightsOfNet}`,
  },
  tar: {
    found: 'a file of PyTorch before 0.1.11 (a tar archive)',
    python: `whole = torch.load(FILE, weights_only=False); ${weightsOfNet}`,
  },
  safetensors: {
    found: 'weights in the format safetensors',
    python: `from safetensors.torch import load_file; ${save('load_file(FILE)')}`,
  },
  onnx: { found: 'a network exported as ONNX', python: save('net.state_dict()  # of the network that was exported') },
  numpy: {
    found: 'arrays of NumPy (.npz)',
    python: `import numpy; ${save('{name: torch.as_tensor(value) for name, value in numpy.load(FILE).items()}')}`,
  },
  exported: { found: 'a program of torch.export', python: save('torch.export.load(FILE).state_dict') },
} as const satisfies Record<string, Kind>;

export interface TorchPlace {
  /** Path of the file, for messages. */
  readonly where?: string;
  /** A tensor is written again by prepare-data; weights (the default) are somebody's work, and saved in another way. */
  readonly content?: 'tensor' | 'weights';
}

function told({ found, python }: Kind, { where, content }: TorchPlace): AppError {
  const file = where ?? 'The file';
  if (content === 'tensor') return appError('tensor-refused', { file, found }, { where });
  return appError('torch-other-kind', { file, found, python: inFile(python, where) }, { where });
}

function inFile(python: string, where?: string): string {
  return python.replaceAll('FILE', JSON.stringify(where?.slice(where.lastIndexOf('/') + 1) ?? 'file'));
}

/** What a zip file without the parts of torch.save is; undefined when nothing tells. */
export function otherArchive(names: readonly string[], place: TorchPlace): AppError | undefined {
  const { where } = place;
  const some = (expression: RegExp): boolean => names.some((name) => expression.test(name));
  if (some(/^[^/]+\/(?:code\/|constants\.pkl$)/)) return told(kinds.torchScript, place);
  if (some(/(?:^|\/)data\.pkl$/)) return undefined;
  if (some(/\.npy$/)) return told(kinds.numpy, place);
  if (some(/(?:^|\/)(?:serialized_exported_program\.json|archive_format)$/)) return told(kinds.exported, place);
  const inside = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  const found = `a zip archive of other files (${inside})`;
  const way = 'unpack it, and put the PyTorch file that is inside in its place';
  return appError('file-is-other', { file: where ?? 'The file', expected: 'a PyTorch file', found, way }, { where });
}

/** What a file is that begins neither as a zip file nor as one of torch.save; undefined when nothing tells. */
export function otherWeights(bytes: Uint8Array, place: TorchPlace): AppError | undefined {
  const start = bytesAsText(bytes.subarray(0, 300));
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5)
    return start.startsWith(magicPickle, 2) ? undefined : told(kinds.pickle, place);
  if (/^(?:sys_info|pickle|storages|tensors)$/.test(start.split('\0')[0]) && start.startsWith('ustar', 257))
    return told(kinds.tar, place);
  if (/^\{\s*"/.test(start.slice(8))) return told(kinds.safetensors, place);
  // Protocol buffers: field 1, the version, then field 2, who made it, or field 7, the graph.
  if (bytes[0] === 8 && bytes[1] <= 32 && (bytes[2] === 0x12 || bytes[2] === 0x3a)) return told(kinds.onnx, place);
  return undefined;
}

/** After the protocol: the number 0x1950a86a20f9469cfc6c, with which the files of torch.save begin that are no zip files. */
const magicPickle = '\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';

const withoutOthers =
  'w = torch.load(FILE, weights_only=False); torch.save({"model": {k: torch.as_tensor(v) for k, v in w["model"].items()}, ' +
  '"epoch": int(w["epoch"])}, FILE)';

/** The error for a name that a pickle may not load. One that names modules of PyTorch holds a network as objects. */
export function unknownName(pickle: Uint8Array, place: TorchPlace): (name: string) => AppError {
  return (name) => {
    const { where, content } = place;
    if (content === 'tensor') return told({ found: `a pickle that asks to load ${name}`, python: '' }, place);
    const text = new TextDecoder('latin1').decode(pickle.subarray(0, 2 ** 20));
    if (text.includes('torch.nn.modules'))
      return told({ ...kinds.module, found: `${kinds.module.found}, asking to load ${name}` }, place);
    return appError('torch-global-refused', { global: name, python: inFile(withoutOthers, where) }, { where });
  };
}
