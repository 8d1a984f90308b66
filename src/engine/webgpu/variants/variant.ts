/**
 * @file Rows that several kernels can compute. Which is the fastest depends on the device, so it is tried there (`trial.ts`); what was
 * found is a plain map of names, the choice, and without one the standard kernels do the work.
 */
import { type Constants, type KernelFeature, type KernelSpec, missingFeatures } from '../../../gpu/kernel';
import type { KernelUse } from '../../../gpu/pipelines';
import type { KernelChoice } from '../../executor';

/** A kernel of a table, for shapes of this kind. */
export interface Variant<Shape> {
  /** Within its table; names are kept in checkpoints and never get another meaning. */
  readonly name: string;
  /** Absent where it is made of the kernels of other rows. */
  readonly spec?: KernelSpec;
  applies(shape: Shape): boolean;
}

/** A kernel with its constants, and threads for a sample. */
export interface Threads extends KernelUse {
  readonly threads: number;
}

/** Constants that are plain numbers. */
export type Numbers<Names extends string> = Readonly<Record<Names, number>> & Constants;

/** A row and its shape, by which a choice is kept. */
export interface RowShape<Shape> {
  readonly key: string;
  readonly shape: Shape;
  /** The one without a choice. */
  readonly standard: string;
  /** Multiplications, roughly: what costs most is tried first. */
  readonly work: number;
}

export interface Offer {
  /** Variants that this device can use, the standard one first. */
  readonly names: readonly string[];
  readonly work: number;
}

/** Picks the kernels of one network on one device, and remembers what there was to pick from. */
export class KernelPicker {
  readonly #choice: KernelChoice;
  readonly #features: ReadonlySet<KernelFeature>;
  /** By key. */
  readonly offers = new Map<string, Offer>();
  /** Names of the choice that cannot be used here, by key: the standard kernel took their place. */
  readonly unusable = new Map<string, string>();

  constructor(choice: KernelChoice, features: ReadonlySet<KernelFeature>) {
    this.#choice = choice;
    this.#features = features;
  }

  pick<Shape, V extends Variant<Shape>>(table: readonly V[], { key, shape, standard, work }: RowShape<Shape>): V {
    const usable = table.filter(
      ({ spec, applies, name }) =>
        name === standard || (applies(shape) && (spec === undefined || missingFeatures(spec, this.#features).length === 0)),
    );
    const first = usable.find(({ name }) => name === standard)!;
    const names = [first, ...usable.filter((one) => one !== first)].map(({ name }) => name);
    this.offers.set(key, { names, work });
    const wanted = Object.hasOwn(this.#choice, key) ? this.#choice[key] : standard;
    const found = usable.find(({ name }) => name === wanted);
    if (found === undefined) this.unusable.set(key, wanted);
    return found ?? first;
  }
}
