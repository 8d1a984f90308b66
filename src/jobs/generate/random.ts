/** @file `generate random`: classes that nothing tells apart, copies of one image with noise. */

import { NumpyRandom } from '../../base/numpy-random';
import { PyFloat } from '../../base/python-number';
import { product } from '../../base/shape';
import { checkSource, type GenerateRandomOptions } from '../../options/generate';
import type { Job } from '../job-context';
import { findSources, imageFolderOf, listSources, renamed } from './sources';
import { ageAndSex, type GenerateResult, seedOf, type Target, writeGenerated } from './write-generated';

/** Throws the codes of `listSources`, `findSources`, `writeGenerated`, before the first file is written. */
export const generateRandomJob: Job<GenerateRandomOptions, GenerateResult> = async (options, context) => {
  checkSource(options);
  const { caps_directory, generated_caps_directory: folder, preprocessing, n_subjects, n_proc, mean, sigma } = options;
  const { sessions, isWhole } = await listSources(options, context);
  const [source] = await findSources(sessions.slice(0, 1), options, context);
  const seed = seedOf(options, context);
  const targets = Array.from({ length: 2 * n_subjects }, (_, i): Target => {
    const session = { participant_id: `sub-RAND${i}`, session_id: 'ses-M000' };
    const path = `${imageFolderOf(session, options)}/${renamed(source.path, session)}`;
    return { ...session, path, cells: [i < n_subjects ? 'AD' : 'CN', 60, 'F'] };
  });
  context.log(`${targets.length} images of ${source.path} with noise.`);
  const random = new NumpyRandom(seed);
  const voxels = product(source.shape);
  return writeGenerated(
    {
      folder,
      n_proc,
      parameters: {
        ...{ caps_dir: caps_directory, preprocessing, n_subjects, n_proc },
        ...{ mean: new PyFloat(mean), sigma: new PyFloat(sigma), seed },
      },
      columns: ageAndSex,
      targets,
      rows: targets,
      ...(isWhole ? { sessions } : {}),
      recipe: () => {
        const state = random.state();
        random.skipNormals(voxels);
        return { kind: 'random', source: source.path, state, mean, sigma };
      },
    },
    context,
  );
};
