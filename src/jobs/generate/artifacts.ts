/** @file `generate artifacts`: images as a scanner would spoil them. */
import { TorchRandom } from '../../base/torch-random';
import { type ArtifactRanges, drawArtifacts } from '../../images/generate/artifacts';
import { checkArtifacts, type GenerateArtifactsOptions } from '../../options/generate';
import type { Job } from '../job-context';
import { findSources, imageFolderOf, listSources, renamed } from './sources';
import { type GenerateResult, seedOf, type Target, writeGenerated } from './write-generated';

const names = ['motion', 'contrast', 'noise'] as const;

function rangesOf(options: GenerateArtifactsOptions): ArtifactRanges {
  const { motion, contrast, noise, rotation, translation, gamma, noise_std, num_transforms: count } = options;
  const pair = ([lo, hi]: readonly number[]): readonly [number, number] => [lo, hi];
  return {
    motion: motion ? { degrees: pair(rotation), translation: pair(translation), count } : null,
    contrast: contrast ? pair(gamma) : null,
    noise: noise ? pair(noise_std) : null,
  };
}

/** Throws the codes of `checkArtifacts`, `listSources`, `findSources` and `writeGenerated`. */
export const generateArtifactsJob: Job<GenerateArtifactsOptions, GenerateResult> = async (options, context) => {
  checkArtifacts(options);
  const { caps_directory, generated_caps_directory: folder, preprocessing, n_proc } = options;
  const { sessions, isWhole } = await listSources(options, context);
  const sources = await findSources(sessions, options, context);
  const seed = seedOf(options, context);
  const chosen = names.filter((name) => options[name]);
  const suffix = `_art-${chosen.map((name) => name.slice(0, 3)).join('-')}`;
  const diagnosis = `[${chosen.map((name) => `'${name}'`).join(', ')}]`;
  const targets = sources.map(({ path, participant_id, session_id }): Target => {
    const session = { participant_id, session_id };
    const name = renamed(path, session).replace(/(?=\.nii(?:\.gz)?$)/i, suffix);
    return { ...session, path: `${imageFolderOf(session, options)}/${name}`, cells: [diagnosis] };
  });
  const torch = new TorchRandom(seed);
  const ranges = rangesOf(options);
  return writeGenerated(
    {
      folder,
      n_proc,
      parameters: { caps_dir: caps_directory, preprocessing, seed },
      columns: [{ name: 'diagnosis', type: 'text' }],
      targets,
      ...(isWhole ? { sessions } : {}),
      recipe: (i) => ({ kind: 'artifacts', source: sources[i].path, artifacts: drawArtifacts(torch, ranges) }),
    },
    context,
  );
};
