/** @file `quality-check t1-volume`: maps of grey matter measured, and what looks sound kept in three steps. */
import { appError } from '../../base/errors';
import { makeIssue } from '../../base/issues';
import { mapParallel } from '../../base/parallel';
import { someOf } from '../../base/some-of';
import { checkCaps, type ImageRow, listSessions } from '../../caps/caps-index';
import { type SessionKey, sessionText } from '../../caps/entities';
import { sessionPath } from '../../caps/layout';
import type { Folder } from '../../folders/folder';
import { joinPath } from '../../folders/names';
import { fromRows, writeTsv } from '../../formats/tsv';
import type { GreyMatter } from '../../images/quality/metrics';
import { eyesFile, type QualityT1VolumeOptions } from '../../options/quality-check';
import { changeAtOnce } from '../change-at-once';
import type { Job } from '../job-context';
import { askImages, checkHeaders, parallelOf, refuseUnusable } from './find-checked';
import { readKnownFile } from './known-file';

export interface QualityVolumes {
  readonly folder: string;
  readonly sessions: number;
  /** Sessions left after each step. */
  readonly steps: readonly number[];
  readonly isSame: boolean;
}

const columns = [
  { name: 'participant_id', type: 'text' },
  { name: 'session_id', type: 'text' },
  { name: 'max_intensity', type: 'float' },
  { name: 'non_zero_percentage', type: 'float' },
  { name: 'frontal_similarity', type: 'float' },
] as const;

/** What each table keeps of the one before. The documentation of ClinicaDL has 0.40 in the last; what it runs has 0.10. */
const steps: readonly ((measures: GreyMatter) => boolean)[] = [
  ({ max_intensity }) => max_intensity > 0.95,
  ({ non_zero_percentage }) => non_zero_percentage > 0.15 && non_zero_percentage < 0.5,
  ({ frontal_similarity }) => frontal_similarity > 0.1,
];

const greyMatterName = ({ participant_id, session_id }: SessionKey): string =>
  `${participant_id}_${session_id}_T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.nii.gz`;

/** With `.nii` where it was unpacked; undefined when there is none. */
async function fileAt(caps: Folder, path: string): Promise<string | undefined> {
  for (const candidate of [path, path.replace(/\.gz$/, '')]) if ((await caps.kindOf(candidate)) === 'file') return candidate;
  return undefined;
}

/** Throws `quality-template`. */
async function templateOf(caps: Folder, label: string): Promise<string> {
  const folder = `groups/group-${label}/t1`;
  const file = `group-${label}_template.nii.gz`;
  const found = await fileAt(caps, `${folder}/${file}`);
  if (found !== undefined) return found;
  const there = (await caps.kindOf('groups')) === 'folder' ? (await caps.list('groups')).map(({ name }) => name) : [];
  const groups = there.filter((name) => name.startsWith('group-')).map((name) => name.slice('group-'.length));
  throw appError('quality-template', { file, folder, groups: groups.join(', ') || 'none' }, { where: 'group_label' });
}

/**
 * Throws `quality-template`, `quality-file-needed`, `quality-grey-matter-none`, `quality-mask-shape`, the codes of `checkCaps`,
 * `listSessions` and `refuseUnusable`.
 */
export const qualityT1VolumeJob: Job<QualityT1VolumeOptions, QualityVolumes> = async (options, context) => {
  const { caps_directory, output_directory, group_label } = options;
  const { workspace, signal, issue } = context;
  const caps = workspace.sub(caps_directory);
  await checkCaps(caps);
  const template = joinPath(caps_directory, await templateOf(caps, group_label));
  const eyes = await readKnownFile('--eyes_segmentation', options.eyes_segmentation, eyesFile, context);
  const sessions = await listSessions(caps, issue);
  const found = await mapParallel(sessions, 16, async (session): Promise<ImageRow | SessionKey> => {
    signal.throwIfAborted();
    const path = `${sessionPath(session)}/t1/spm/segmentation/normalized_space/${greyMatterName(session)}`;
    const file = await fileAt(caps, path);
    return file === undefined ? session : { ...session, path: file };
  });
  const rows = found.filter((row): row is ImageRow => 'path' in row);
  const without = found.filter((row) => !('path' in row)).map(sessionText);
  if (rows.length === 0) {
    const pattern = greyMatterName({ participant_id: '<participant>', session_id: '<session>' });
    throw appError('quality-grey-matter-none', { count: sessions.length, folder: caps.name, pattern }, { where: caps_directory });
  }
  if (without.length > 0) {
    const values = { count: without.length, total: sessions.length, sessions: someOf(without) };
    issue(makeIssue('quality-grey-matter', values, caps_directory));
  }
  const looked = await checkHeaders(rows, caps_directory, context);
  refuseUnusable({ problems: [] }, looked.failures, rows.length, caps_directory, issue);
  const run = `${context.now().getTime()} ${context.commandLine}`;
  const { checked, failures } = await askImages<'grey-matter'>(
    looked.sound,
    {
      caps_directory,
      question: { kind: 'grey-matter', run, template, eyes: eyes.path },
      parallel: parallelOf(context.readers.size, context),
      stage: 'measure',
      total: rows.length,
    },
    context,
  );
  refuseUnusable({ problems: [] }, failures, rows.length, caps_directory, issue);

  const sorted = checked.toSorted((a, b) => (a.answer?.max_intensity ?? Infinity) - (b.answer?.max_intensity ?? Infinity) || 0);
  const kept = [sorted];
  for (const step of steps) kept.push(kept[kept.length - 1].filter(({ answer }) => answer !== null && step(answer)));
  const names = ['QC_metrics.tsv', ...steps.map((_, i) => `pass_step-${i + 1}.tsv`)];
  await changeAtOnce(workspace.sub(output_directory), async (folder) => {
    for (const [i, name] of names.entries()) {
      const cells = kept[i].map(({ row: { participant_id, session_id }, answer }) => [
        participant_id,
        session_id,
        answer?.max_intensity ?? null,
        answer?.non_zero_percentage ?? null,
        answer?.frontal_similarity ?? null,
      ]);
      await folder.write(name, writeTsv(fromRows(columns, cells)));
    }
  });
  const counts = kept.slice(1).map((rest) => rest.length);
  context.log(
    `${counts[0]}, ${counts[1]} and ${counts[2]} of ${rows.length} sessions are left after the three steps: ${output_directory}.`,
  );
  return { folder: output_directory, sessions: rows.length, steps: counts, isSame: eyes.isSame };
};
