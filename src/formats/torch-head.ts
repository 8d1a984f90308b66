/**
 * @file The shape of the tensor in a torch file from its first bytes alone: torch.save writes the description of a tensor in front
 * of its numbers, stored and not compressed.
 */
import { AppError, appError } from '../base/errors';
import { PickleGlobal, PickleOpaque, type PickleValue, readPickle } from './pickle';
import { dtypes } from './torch-dtypes';
import { PyTuple } from './torch-tensor';
import { isZip } from './zip';

/** Enough bytes of the file for `readTensorShape`, whatever its name. */
export const tensorHeadBytes = 4096;

/**
 * The shape, or undefined when the beginning of the file does not tell it: legacy format, other writers, other content than one
 * tensor, damage. The file is then to be read as a whole.
 */
export function readTensorShape(start: Uint8Array): readonly number[] | undefined {
  const pickle = firstStored(start);
  if (pickle === undefined) return undefined;
  const damaged = (reason: string): AppError => appError('torch-damaged', { reason });
  const shapeOf = (args: readonly PickleValue[]): PickleValue => args[2] ?? null;
  const nothing = (): PickleValue => null;
  const globals = new Map<string, PickleGlobal>([
    ['torch._utils _rebuild_tensor_v2', new PickleGlobal('tensor', shapeOf)],
    ['collections OrderedDict', new PickleGlobal('hooks', nothing)],
    ...Object.values(dtypes).map(({ storage }) => [`torch ${storage}`, new PickleGlobal(storage, nothing)] as const),
  ]);
  try {
    const { value } = readPickle(pickle, 0, { globals, damaged, refused: damaged, persistent: () => new PickleOpaque(null) });
    if (!(value instanceof PyTuple)) return undefined;
    const sizes = value.items.filter((size) => typeof size === 'number' && size >= 0);
    return sizes.length === value.items.length ? (sizes as number[]) : undefined;
  } catch (error) {
    if (error instanceof AppError) return undefined; // reading the whole file says what is wrong with it
    throw error;
  }
}

/** What follows the first header of a zip file, when its entry is a stored `data.pkl`. */
function firstStored(start: Uint8Array): Uint8Array | undefined {
  if (!isZip(start) || start.length < 30) return undefined;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const nameEnd = 30 + view.getUint16(26, true);
  const name = new TextDecoder().decode(start.subarray(30, nameEnd));
  const stored = view.getUint16(8, true) === 0;
  return stored && name.endsWith('/data.pkl') ? start.subarray(nameEnd + view.getUint16(28, true)) : undefined;
}
