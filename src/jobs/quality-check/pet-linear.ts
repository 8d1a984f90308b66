/** @file `quality-check pet-linear`: how far PET images reach beyond the brain. */
import { appError } from '../../base/errors';
import { findImages } from '../../caps/caps-index';
import { fileTypeOf } from '../../caps/preprocessing';
import { fromRows, writeTsv } from '../../formats/tsv';
import { checkTable, contourFile, type QualityPetLinearOptions } from '../../options/quality-check';
import type { Job } from '../job-context';
import { askImages, checkHeaders, parallelOf, refuseInput, refuseUnusable, sessionsOf } from './find-checked';
import { readKnownFile } from './known-file';
import { type QualityTable, qualityColumns } from './t1-linear';

/**
 * Throws `quality-ending`, `quality-exists` (of the quality checks of ClinicaDL, this one alone does not replace its table),
 * `output-is-input`, `quality-file-needed`, `quality-mask-shape`, and the codes of `sessionsOf` and `refuseUnusable`.
 */
export const qualityPetLinearJob: Job<QualityPetLinearOptions, QualityTable> = async (options, context) => {
  checkTable(options);
  const { caps_directory, output_tsv, threshold } = options;
  const { workspace } = context;
  refuseInput(output_tsv, options.participants_tsv);
  if ((await workspace.kindOf(output_tsv)) !== undefined)
    throw appError('quality-exists', { path: output_tsv }, { where: 'output_tsv' });
  const contour = await readKnownFile('--pet_contour', options.pet_contour, contourFile, context);
  const sessions = await sessionsOf(options, context);
  const type = fileTypeOf({ ...options, preprocessing: 'pet-linear' });
  const found = await findImages(workspace.sub(caps_directory), sessions, type, context.signal);
  for (const issue of [...found.notes, ...found.problems]) context.issue(issue);
  const looked = await checkHeaders(found.rows, caps_directory, context);
  refuseUnusable(found, looked.failures, sessions.length, caps_directory, context.issue);
  const { checked, failures } = await askImages<'pet'>(
    looked.sound,
    {
      caps_directory,
      question: { kind: 'pet', contour: contour.path, run: `${context.now().getTime()} ${context.commandLine}` },
      parallel: parallelOf(options.n_proc, context),
      stage: 'measure',
      total: looked.sound.length,
    },
    context,
  );
  refuseUnusable(found, failures, sessions.length, caps_directory, context.issue);
  const rows = checked
    .toSorted((a, b) => (a.answer ?? Infinity) - (b.answer ?? Infinity) || 0)
    .map(({ row, answer }) => [row.participant_id, row.session_id, answer, answer !== null && answer > threshold]);
  await workspace.write(output_tsv, writeTsv(fromRows(qualityColumns, rows)));
  const passed = rows.filter(([, , , pass]) => pass === true).length;
  context.log(`${passed} of ${rows.length} images pass: ${output_tsv}.`);
  return { file: output_tsv, sessions: rows.length, passed, isSame: contour.isSame };
};
