/** @file The last look at what a pickle built: only values, no cycle, not too deep, and not huge when every reference is followed. */
import { type AppError, appError } from '../base/errors';
import { PickleGlobal, PickleOpaque, type PickleValue } from './pickle';
import { OrderedDict, PyTuple, type TorchValue } from './torch-tensor';

const maxDepth = 64;
/** A list may hold the same list twice, and so on: few objects that are many values for whoever walks them. */
const maxValues = 1_000_000;

/** The value itself when it is safe to walk. Throws `torch-damaged` and `torch-too-large`. */
export function checkValue(value: PickleValue, damaged: (reason: string) => AppError, where?: string): TorchValue {
  const sizes = new Map<object, number>();
  const sizeOf = (item: PickleValue, depth: number): number => {
    if (item instanceof PickleGlobal) throw damaged(`it holds the name ${item.name} in place of a value`);
    if (item instanceof PickleOpaque) throw damaged('it holds a storage without a tensor');
    if (typeof item !== 'object' || item === null) return 1;
    const known = sizes.get(item);
    if (known !== undefined) return known;
    if (depth > maxDepth)
      throw appError('torch-too-large', { found: depth, unit: 'nested containers', limit: maxDepth }, { where });
    let size = 1;
    for (const child of childrenOf(item)) size += sizeOf(child, depth + 1);
    if (size > maxValues) throw appError('torch-too-large', { found: size, unit: 'values', limit: maxValues }, { where });
    sizes.set(item, size);
    return size;
  };
  sizeOf(value, 0);
  return value as TorchValue;
}

function childrenOf(item: object): Iterable<PickleValue> {
  if (Array.isArray(item)) return item;
  if (item instanceof PyTuple) return item.items;
  if (item instanceof OrderedDict && item.metadata !== undefined) return [...item.values(), item.metadata];
  if (item instanceof Map) return item.values();
  return [];
}
