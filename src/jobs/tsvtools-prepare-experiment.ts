/** @file `tsvtools prepare-experiment`: `tsvtools split` for a test set, then `kfold` or `split` of its `train.tsv`. */
import { NumpyRandom } from '../base/numpy-random';
import { checkOptions } from '../options/derive/check';
import { tsvtoolsKfoldSchema } from '../options/tsvtools-kfold';
import type { TsvtoolsPrepareExperimentOptions } from '../options/tsvtools-prepare-experiment';
import { tsvtoolsSplitSchema } from '../options/tsvtools-split';
import type { Job } from './job-context';
import { type TsvtoolsKfoldResult, tsvtoolsKfold } from './tsvtools-kfold';
import { splitWith, type TsvtoolsSplitResult } from './tsvtools-split';

export interface TsvtoolsPrepareExperimentResult {
  readonly test: TsvtoolsSplitResult;
  readonly validation: TsvtoolsSplitResult | TsvtoolsKfoldResult;
  readonly files: readonly string[];
  readonly seed: number;
}

/** Both steps, or neither. Throws what `tsvtools split` and `tsvtools kfold` throw. */
export const tsvtoolsPrepareExperiment: Job<TsvtoolsPrepareExperimentOptions, TsvtoolsPrepareExperimentResult> = async (
  { data_tsv, n_test, validation_type, n_validation, seed: given },
  context,
) => {
  const seed = given ?? crypto.getRandomValues(new Uint32Array(1))[0];
  // ClinicaDL draws both sets from one generator.
  const draws = new NumpyRandom(seed);
  context.log(`Seed of the draws: ${seed}`);
  const split = (options: Readonly<Record<string, unknown>>, goesOn: boolean): Promise<TsvtoolsSplitResult> =>
    splitWith(checkOptions(tsvtoolsSplitSchema, { ...options, seed }), context, { random: draws, goesOn });
  const test = await split({ data_tsv, n_test, subset_name: 'test' }, false);
  const train = { data_tsv: `${test.folder}/train.tsv`, subset_name: 'validation' };
  try {
    const validation =
      validation_type === 'kfold'
        ? await tsvtoolsKfold(checkOptions(tsvtoolsKfoldSchema, { ...train, n_splits: n_validation }), context)
        : await split({ ...train, n_test: n_validation }, true);
    return { test, validation, files: [...test.files, ...validation.files], seed };
  } catch (error) {
    await context.workspace.remove(test.folder).catch(() => {}); // a disk that is gone: the first error tells of it
    throw error;
  }
};
