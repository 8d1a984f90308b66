/** @file `generate hypometabolic`: PET images that lose uptake in the regions of a disease. */
import { PyFloat } from '../../base/python-number';
import { sha256 } from '../../base/sha256';
import { tripleOf } from '../../images/volume';
import { checkHypometabolic, type GenerateHypometabolicOptions, type pathologies } from '../../options/generate';
import type { Job } from '../job-context';
import { maskInFolder } from './masks';
import { baselineOf, findSources, imageFolderOf, listSources } from './sources';
import { type GenerateResult, type Target, writeGenerated } from './write-generated';

/** SHA-256 of the masks that ClinicaDL 1.6.1 downloads. */
const masksOfClinicadl: Readonly<Record<(typeof pathologies)[number], string>> = {
  ad: '2100d514a3fabab49fe30702700085a09cdad449bdf1aa04b8f804e238e4dfc2',
  bvftd: '5a0ad28dff649c84761aa64f6e99da882141a56caa46675b8bf538a09fce4f81',
  lvppa: '1099f5051c79d5b4fdae25226d97b0e92f958006f6545f498d4b600f3f8a422e',
  nfvppa: '9512a4d4dc0003003c4c7526bf2d0ddbee65f1c79357f5819898453ef7271033',
  pca: 'ace36356b57f4db73e17c421a7cfd7ae056a1b258b8126534cf65d8d0be9527a',
  svppa: '44f2e00bf2d2d09b532cb53e3ba61d6087b4114768cc8ae3330ea84c4b7e0e6a',
};

/** The images that can be taken. */
const pet = { preprocessing: 'pet-linear', tracer: '18FFDG', suvr_reference_region: 'cerebellumPons2' } as const;

/** Throws the codes of `listSources`, `baselineOf`, `maskInFolder`, `findSources` and `writeGenerated`. */
export const generateHypometabolicJob: Job<GenerateHypometabolicOptions, GenerateResult> = async (options, context) => {
  checkHypometabolic(options);
  const { caps_directory, generated_caps_directory: folder, n_subjects, n_proc, pathology, anomaly_degree, sigma } = options;
  const wanted = { ...options, ...pet };
  const { sessions, isWhole } = await listSources(wanted, context);
  const baseline = baselineOf(sessions, n_subjects);
  const mask = await maskInFolder(options.mask_path ?? '', `mask_hypo_${pathology}`, context);
  const isSame = (await sha256(await context.workspace.read(mask))) === masksOfClinicadl[pathology];
  context.log(`${mask} is ${isSame ? 'the same file as' : 'another file than'} ClinicaDL's.`);
  const sources = await findSources(baseline, wanted, context);
  const [first] = sources;
  const grid = { shape: tripleOf(first.shape, first.path), affine: first.affine ?? [] };
  const uptake = { run: crypto.randomUUID(), mask, grid, degree: anomaly_degree, sigma };
  const targets = sources.map(({ path, participant_id, session_id }): Target => {
    const session = { participant_id, session_id };
    const stem = path.slice(path.lastIndexOf('/') + 1).replace(/pet\.nii(?:\.gz)?$/i, '');
    const name = `${stem}pat-${pathology}_deg-${Math.trunc(anomaly_degree)}_pet.nii.gz`;
    return { ...session, path: `${imageFolderOf(session, pet)}/${name}`, cells: [pathology, anomaly_degree] };
  });
  return writeGenerated(
    {
      folder,
      n_proc,
      parameters: {
        ...{ caps_dir: caps_directory, preprocessing: pet.preprocessing, n_subjects, n_proc },
        ...{ pathology, anomaly_degree: new PyFloat(anomaly_degree) },
      },
      columns: [
        { name: 'pathology', type: 'text' },
        { name: 'percentage', type: 'float' },
      ],
      targets,
      ...(isWhole ? { sessions } : {}),
      recipe: (i) => ({ kind: 'hypometabolic', source: sources[i].path, uptake }),
    },
    context,
  );
};
