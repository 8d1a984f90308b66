/** @file Kernels of the products of linear layers, forward and for the gradient of the input. */
import type { Constants, KernelSpec } from '../../../gpu/kernel';
import {
  type LinearWork,
  linearInputParts,
  linearInputWork,
  linearParts,
  linearWork,
  sampleGroups,
} from '../../../gpu/kernels/linear';
import {
  inputBroadcastWork,
  inputSingleWork,
  linearInputPartsBroadcast,
  linearInputPartsSingle,
  linearPartsQuad,
  linearPartsSingle,
  quadWork,
  singleWork,
} from '../../../gpu/kernels/variants/linear';
import type { RowShape, Variant } from './variant';

export interface LinearShape {
  readonly I: number;
  readonly O: number;
  readonly batch: number;
}

export interface LinearVariant extends Variant<LinearShape> {
  readonly spec: KernelSpec;
  readonly work: LinearWork;
}

/** Threads and groups of samples of a product, for a batch of n. */
export const linearExtent = ({ work }: LinearVariant, constants: Constants, n: number) => ({
  threads: work.threads(constants),
  z: sampleGroups(work, n),
});

const always = (): boolean => true;
/** More than that read the weights again and again. */
const few = ({ batch }: LinearShape): boolean => batch <= 4;

export const linearProducts: readonly LinearVariant[] = [
  { name: 'four', spec: linearParts, work: linearWork, applies: always },
  { name: 'single', spec: linearPartsSingle, work: singleWork, applies: few },
  { name: 'quad', spec: linearPartsQuad, work: quadWork, applies: always },
];

export const linearInputProducts: readonly LinearVariant[] = [
  { name: 'four', spec: linearInputParts, work: linearInputWork, applies: always },
  { name: 'single', spec: linearInputPartsSingle, work: inputSingleWork, applies: few },
  { name: 'broadcast', spec: linearInputPartsBroadcast, work: inputBroadcastWork, applies: always },
];

export const linearRow = (row: 'linear' | 'linear input gradient', shape: LinearShape): RowShape<LinearShape> => ({
  key: `${row} ${shape.I}-${shape.O} batch ${shape.batch}`,
  shape,
  standard: 'four',
  work: shape.I * shape.O * shape.batch,
});
