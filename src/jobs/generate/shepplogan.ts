/** @file `generate shepplogan`: slices of phantoms, whose subtypes are mixed otherwise in AD than in CN. */
import { NumpyRandom } from '../../base/numpy-random';
import { PyFloat } from '../../base/python-number';
import { PythonRandom } from '../../base/python-random';
import { extractionFileName, extractionPath, preparedFolder, sessionPath } from '../../caps/layout';
import { joinPath } from '../../folders/names';
import { printPythonJson } from '../../formats/json';
import { drawPhantom, type Phantom, type Subtype } from '../../images/generate/phantom';
import { checkShepplogan, type GenerateShepploganOptions } from '../../options/generate';
import type { Job } from '../job-context';
import { type GenerateResult, seedOf, type Target, writeGenerated } from './write-generated';

const encoder = new TextEncoder();

const extractionOf = (extract_json: string) => ({
  ...{ preprocessing: 'custom', mode: 'slice', use_uncropped_image: false, prepare_dl: true, extract_json },
  ...{ slice_direction: 2, slice_mode: 'single', discarded_slices: 0, num_slices: 1 },
  file_type: {
    pattern: '*_space-SheppLogan_phantom.nii.gz',
    description: 'Custom suffix',
    needed_pipeline: 'shepplogan',
  },
});

/** Throws the codes of `checkShepplogan` and `writeGenerated`. */
export const generateShepploganJob: Job<GenerateShepploganOptions, GenerateResult> = async (options, context) => {
  checkShepplogan(options);
  const { generated_caps_directory: folder, n_subjects, n_proc, image_size, smoothing } = options;
  const extract_json = extractionFileName(options.extract_json ?? `extract_${Math.floor(context.now().getTime() / 1000)}`);
  const seed = seedOf(options, context);
  const generators = { numpy: new NumpyRandom(seed), python: new PythonRandom(seed) };
  const labels = { AD: options.ad_subtypes_distribution, CN: options.cn_subtypes_distribution };
  const phantoms: Phantom[] = [];
  const groups = Object.entries(labels).map(([label, shares], number) =>
    Array.from({ length: n_subjects }, (_, i): Target => {
      const [subtype] = generators.numpy.weightedChoice(shares, 1);
      phantoms.push(drawPhantom(generators, image_size, subtype as Subtype, smoothing));
      const session = { participant_id: `sub-CLNC${number}${String(i).padStart(4, '0')}`, session_id: 'ses-M000' };
      const name = `${session.participant_id}_${session.session_id}_space-SheppLogan`;
      const place = `${sessionPath(session)}/${preparedFolder}/slice_based/custom`;
      return { ...session, path: `${place}/${name}_axis-axi_channel-single_slice-0_phantom.pt`, cells: [label, subtype] };
    }),
  );
  const targets = groups.flat();
  const shares = (of: readonly number[]): PyFloat[] => of.map((share) => new PyFloat(share));
  const caps = context.workspace.sub(folder);
  const result = await writeGenerated(
    {
      folder,
      n_proc,
      parameters: {
        ...{ img_size: image_size, labels_distribution: { AD: shares(labels.AD), CN: shares(labels.CN) } },
        ...{ samples: n_subjects, smoothing, seed },
      },
      columns: [
        { name: 'diagnosis', type: 'text' },
        { name: 'subtype', type: 'int' },
      ],
      targets,
      // The last one of each label first, once each; 1.6.1 writes the rows of AD again before each row of CN.
      rows: groups.flatMap((group) => [...group].reverse()),
      also: async () => {
        await caps.write(extractionPath(extract_json), encoder.encode(printPythonJson(extractionOf(extract_json))));
        for (const session of targets) {
          const name = `${session.participant_id}_${session.session_id}_space-SheppLogan_phantom.nii.gz`;
          // No image: it lets the session be found.
          await caps.write(joinPath(sessionPath(session), 'shepplogan', name), encoder.encode('0'));
        }
      },
      recipe: (i) => ({ kind: 'phantom', phantom: phantoms[i] }),
    },
    context,
  );
  return { ...result, extract_json };
};
