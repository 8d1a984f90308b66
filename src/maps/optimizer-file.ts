/** @file `optimizer.pth.tar` as ClinicaDL writes it, both directions; state by the names of the parameters. */
import { appError } from '../base/errors';
import { PyFloat, pyFloat } from '../base/python-number';
import type { OptimizerOptions } from '../engine/executor';
import { readTorch, type TorchKey, TorchTensor, type TorchValue, tensor, writeTorch } from '../formats/torch';
import type { OptimizerState, ParameterState, StateDict } from '../networks/state-dict';
import { type OptimizerName, optimizers } from '../vocabulary/optimizers';
import { optimizerSettings } from './optimizer-settings';
import { dict, isMap } from './weights';

const ARCHIVE = 'optimizer.pth';

export interface OptimizerFile {
  readonly state: OptimizerState;
  /** Of the network, in registration order: the optimiser numbers its parameters by it, `frozen` ones left out. */
  readonly model: StateDict;
  readonly frozen?: ReadonlySet<string>;
  /** `learning_rate`: of the steps to come. */
  readonly options: OptimizerOptions;
  readonly epoch: number;
  readonly name: string;
}

const isParameter = (key: string): boolean => !/running_(mean|var)$|num_batches_tracked$/.test(key);

/** Names of the parameters that an optimiser is given, among the entries of a state dict, in order. */
export const parameterNames = (model: StateDict, frozen: ReadonlySet<string> = new Set()): string[] =>
  [...model.keys()].filter((key) => isParameter(key) && !frozen.has(key));

/** The state by parameter number, and the settings, as `state_dict()` of PyTorch's optimiser. */
export function writeOptimizerFile({ state, model, frozen, options, epoch, name }: OptimizerFile): Uint8Array<ArrayBuffer> {
  const names = parameterNames(model, frozen);
  const { group } = optimizerSettings[options.optimizer];
  const entries = names.flatMap((key, i): [TorchKey, TorchValue][] => {
    const own = state.get(key);
    return own === undefined ? [] : [[i, dict(stateEntries(own, options.optimizer, model.get(key)!.shape))]];
  });
  const settings = dict([
    ['lr', pyFloat(options.learning_rate)],
    ...group.map(([key, value]): [TorchKey, TorchValue] => [key, key === 'weight_decay' ? pyFloat(options.weight_decay) : value]),
    ['params', names.map((_, i) => i)],
  ]);
  const optimizer = dict([
    ['state', dict(entries)],
    ['param_groups', [settings]],
  ]);
  return writeTorch(
    dict([
      ['optimizer', optimizer],
      ['epoch', epoch],
      ['name', name],
    ]),
    { archiveName: ARCHIVE },
  );
}

function stateEntries(own: ParameterState, optimizer: OptimizerName, shape: readonly number[]): [TorchKey, TorchValue][] {
  const { tensors, numbers } = optimizers[optimizer];
  const { step, empty = [] } = optimizerSettings[optimizer];
  const scalar = (value: number): TorchValue => tensor('float32', [], Float32Array.of(value));
  const counted: [TorchKey, TorchValue][] = step === 'none' ? [] : [['step', step === 'integer' ? own.step : scalar(own.step)]];
  return [
    ...counted,
    ...empty.map((key): [TorchKey, TorchValue] => [key, null]),
    ...numbers.map((key): [TorchKey, TorchValue] => [key, scalar(own.numbers[key])]),
    ...tensors.map((key): [TorchKey, TorchValue] => [key, tensor('float32', shape, own.tensors[key])]),
  ];
}

export interface ReadOptimizer {
  readonly state: OptimizerState;
  /** 0-based epoch of the save; null where the file does not tell. */
  readonly epoch: number | null;
  /** Null where the file does not tell. */
  readonly learningRate: number | null;
}

/**
 * The state of an optimiser by name; `names`: of `parameterNames`. Throws `checkpoint-content` when the file holds
 * something else, or the state of another optimiser.
 */
export function readOptimizerFile(
  bytes: Uint8Array,
  names: readonly string[],
  optimizer: OptimizerName,
  where: string,
): ReadOptimizer {
  const refuse = (found: string, expected: string): Error =>
    appError('checkpoint-content', { file: where, found, expected }, { where });
  const value = readTorch(bytes, { where });
  const content = isMap(value) ? value.get('optimizer') : undefined;
  const entries = isMap(content) ? content.get('state') : undefined;
  if (!isMap(content) || !isMap(entries)) throw refuse('something else', 'the state of an optimiser');
  const state = new Map<string, ParameterState>();
  for (const [key, item] of entries) {
    const name = names[Number(key)];
    const own = isMap(item) ? parameterState(item, optimizer) : null;
    if (name === undefined || own === null) throw refuse(`something else under ${String(key)}`, `the state of ${optimizer}`);
    state.set(name, own);
  }
  const groups = content.get('param_groups');
  const group = Array.isArray(groups) ? (groups as readonly TorchValue[])[0] : undefined;
  const rate = isMap(group) ? group.get('lr') : undefined;
  const epoch = isMap(value) ? value.get('epoch') : undefined;
  return { state, epoch: typeof epoch === 'number' ? epoch : null, learningRate: rate === undefined ? null : numberOf(rate) };
}

const numberOf = (value: TorchValue | undefined): number => {
  if (value instanceof TorchTensor) return value.toFloat32()[0];
  return value instanceof PyFloat ? value.value : Number(value);
};

/** Null when a tensor or number of this optimiser is missing. */
function parameterState(item: ReadonlyMap<TorchKey, TorchValue>, optimizer: OptimizerName): ParameterState | null {
  const row = optimizers[optimizer];
  const tensors: Record<string, Float32Array<ArrayBuffer>> = {};
  const numbers: Record<string, number> = {};
  for (const key of row.tensors) {
    const found = item.get(key);
    if (!(found instanceof TorchTensor)) return null;
    tensors[key] = found.toFloat32();
  }
  for (const key of row.numbers) {
    const found = numberOf(item.get(key));
    if (Number.isNaN(found)) return null;
    numbers[key] = found;
  }
  const step = item.get('step');
  return { step: step === undefined ? 0 : numberOf(step), numbers, tensors };
}
