/** @file `generate trivial`: two classes that lose intensity in different regions. */
import { appError } from '../../base/errors';
import { NumpyRandom } from '../../base/numpy-random';
import { mapParallel } from '../../base/parallel';
import { PyFloat } from '../../base/python-number';
import { checkTrivial, type GenerateTrivialOptions } from '../../options/generate';
import type { Job, JobContext } from '../job-context';
import { boxMasks, maskInFolder } from './masks';
import { baselineOf, findSources, imageFolderOf, listSources, renamed, type Source } from './sources';
import { ageAndSex, type GenerateResult, seedOf, type Target, writeGenerated } from './write-generated';

/** Throws the codes of `listSources`, `findSources`, `maskInFolder`, `boxMasks`, `countLost` and `writeGenerated`. */
export const generateTrivialJob: Job<GenerateTrivialOptions, GenerateResult> = async (options, context) => {
  checkTrivial(options);
  const { caps_directory, generated_caps_directory: folder, preprocessing, n_subjects, n_proc, mask_path } = options;
  const { sessions, isWhole } = await listSources(options, context);
  const baseline = baselineOf(sessions, n_subjects);
  const given = mask_path && (await Promise.all([1, 2].map((number) => maskInFolder(mask_path, `mask-${number}`, context))));
  const sources = await findSources(baseline, options, context);
  const boxes = given ? undefined : await boxMasks(sources[0], options, context);
  const masks = given || (boxes?.paths ?? []);
  const { workspace } = context;
  const writeBoxes = async (): Promise<void> => {
    for (const { path, bytes } of boxes?.files ?? []) await workspace.write(path, bytes);
  };

  const seed = seedOf(options, context);
  const targets = sources.flatMap((source, n) =>
    ['AD', 'CN'].map((label, i): Target => {
      const session = { participant_id: `sub-TRIV${2 * n + i}`, session_id: source.session_id };
      const path = `${imageFolderOf(session, options)}/${renamed(source.path, session)}`;
      return { ...session, path, cells: [label, 60, 'F'] };
    }),
  );
  const random = new NumpyRandom(seed);
  let counts: readonly (readonly number[])[] = [];
  // Boxes that are yet to be written can only be counted in the new folder.
  const count = async (): Promise<void> => {
    counts = await countAll(sources, masks, n_proc, context);
  };
  if (boxes === undefined || boxes.files.length === 0) await count();
  return writeGenerated(
    {
      folder,
      n_proc,
      parameters: {
        ...{ caps_dir: caps_directory, preprocessing, n_subjects, n_proc },
        ...{ atrophy_percent: new PyFloat(options.atrophy_percent), seed },
      },
      columns: ageAndSex,
      targets,
      ...(isWhole ? { sessions } : {}),
      also: async () => {
        await writeBoxes();
        if (counts.length === 0) await count();
      },
      recipe: (i) => {
        const [n, side] = [Math.floor(i / 2), i % 2];
        const state = random.state();
        random.skipNormals(counts[n][side]);
        return { kind: 'trivial', source: sources[n].path, mask: masks[side], state, percent: options.atrophy_percent };
      },
    },
    context,
  );
};

/** How many numbers each image will draw, for each mask: those of the next image follow them. Throws `generate-mask-shape`, `generate-mask-empty`. */
function countAll(
  sources: readonly Source[],
  masks: readonly string[],
  n_proc: number,
  { workspace: caps, readers, signal, report }: JobContext,
): Promise<(readonly number[])[]> {
  let done = 0;
  return mapParallel(sources, Math.min(n_proc, readers.size), async ({ path }) => {
    signal.throwIfAborted();
    const counts = await readers.countLost({ caps, path, masks }, signal);
    const empty = counts.indexOf(0);
    if (empty >= 0) throw appError('generate-mask-empty', { mask: masks[empty], file: path }, { where: path });
    done++;
    report({ stage: 'check', done, total: sources.length, unit: 'images' });
    return counts;
  });
}
