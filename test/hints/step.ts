/** @file The parts that steps are made of: edits of the tiny study, and the lines of its commands. */

import { tensor } from '../../src/formats/torch-tensor';
import { writeTorch } from '../../src/formats/torch-write';
import type { Road } from '../road';
import { niftiFile, tinyShape, tinyTraining, tinyVoxels, writeText } from '../road-study';

export interface Step {
  /** Makes the mistake, where it is none of the line. */
  readonly before?: (study: Road) => Promise<unknown>;
  /** Fails with the code. */
  readonly line: string;
  /** Stands in the hint: what is done next. */
  readonly says: string;
  /** Does what the hint says, where it is not in the line. */
  readonly follow?: (study: Road) => Promise<unknown>;
  /** Succeeds afterwards; the same line when it is left out. */
  readonly next?: string;
}

export const edit =
  (path: string, from: string | RegExp, to: string) =>
  async ({ workspace, text }: Road): Promise<void> => {
    const whole = await text(path);
    if (whole.replace(from, to) === whole) throw new Error(`${path} has no ${String(from)}`);
    await writeText(workspace, path, whole.replace(from, to));
  };
export const write =
  (path: string, content: string | Uint8Array<ArrayBuffer>) =>
  ({ workspace }: Road): Promise<void> =>
    typeof content === 'string' ? writeText(workspace, path, content) : workspace.write(path, content);
export const remove =
  (path: string) =>
  ({ workspace }: Road): Promise<void> =>
    workspace.remove(path);
export const inOrder =
  (...steps: ((study: Road) => Promise<unknown>)[]) =>
  async (study: Road): Promise<void> => {
    for (const step of steps) await step(study);
  };
export const run =
  (line: string) =>
  (study: Road): Promise<unknown> =>
    study.must(line);

export const train = 'tsv/single/train.tsv';
export const validation = 'tsv/single/validation_baseline.tsv';
export const training = (more = ''): string => tinyTraining('maps_new', `--epochs 1 ${more}`);
export const reconstruction = (more = ''): string =>
  training(more).replace('classification', 'reconstruction').replace('Conv4_FC3', 'AE_Conv4_FC3');
export const job = (more = ''): string => `clinicadl export-job job --line '${training(more)}'`;
export const prepare = (more = '--extract_json new'): string => `clinicadl prepare-data image caps t1-linear ${more}`;
export const again = run(prepare());
export const predict = (more = ''): string =>
  `clinicadl predict maps new --caps_directory caps --participants_tsv tsv/test.tsv ${more}`;
export const interpret = (more: string): string => `clinicadl interpret maps validation seen ${more}`;
export const kfold = (more = '--n_splits 2', table = 'tsv/people.tsv'): string => `clinicadl tsvtools kfold ${table} ${more}`;
export const split = (more: string): string =>
  `clinicadl tsvtools split tsv/people.tsv --subset_name validation --seed 1 -pa 0 -ps 0 ${more}`;
export const sessions = 'participant_id\tsession_id\nsub-P00\tses-M000\nsub-P01\tses-M000\n';
export const mask = (fill: (i: number) => number): Uint8Array<ArrayBuffer> =>
  niftiFile(
    tinyShape,
    Float32Array.from({ length: tinyVoxels(0).length }, (_, i) => fill(i)),
  );
export const maskPath = 'caps/masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-box_mask.nii.gz';
export const regions = 'clinicadl prepare-data roi caps t1-linear --roi_list box --save_features --extract_json roi';
export const config = (text: string, to: string, ending = 'toml'): Pick<Step, 'before' | 'line' | 'follow'> => ({
  before: write(`o.${ending}`, text),
  line: training(`-c o.${ending}`).replace(' --architecture Conv4_FC3', ''),
  follow: write(`o.${ending}`, to),
});
export const oneTensor = writeTorch(tensor('float32', [2], new Float32Array(2)), { archiveName: 'a' });
