/** @file `tsvtools adapt`: a folder of tables of ClinicaDL up to 1.1.1 → a new folder with those of today. */
import { appError } from '../base/errors';
import type { Values } from '../options/field';
import type { tsvtoolsAdaptSchema } from '../options/tsvtools-adapt';
import type { Job } from './job-context';
import { checkNew } from './new-folder';
import { adaptFolder, type OlderTree } from './older-tables';
import { writeNewFolder } from './study-table';

export type TsvtoolsAdaptOptions = Values<typeof tsvtoolsAdaptSchema>;

export interface TsvtoolsAdaptResult {
  readonly files: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Writes nothing before every table is read. Throws `folder-not-empty`, `folder-missing`, `older-parameters`, `older-tables` without a
 * table to take, `session-twice` when a session has two labels.
 */
export const tsvtoolsAdapt: Job<TsvtoolsAdaptOptions, TsvtoolsAdaptResult> = async (options, context) => {
  const { old_tsv_dir, new_tsv_dir, labels_list } = options;
  const { workspace } = context;
  await checkNew({ path: new_tsv_dir, what: 'A copy of older tables', ownNames: [] }, context);
  const tree: OlderTree = {
    workspace,
    labels: labels_list.length === 0 ? null : new Set(labels_list),
    files: [],
    found: new Set(),
  };
  await adaptFolder(tree, old_tsv_dir, '', { baseline: 'labels_baseline.tsv', all: 'labels.tsv' });
  const lacking = labels_list.filter((label) => !tree.found.has(label));
  if (tree.files.length === 0 || lacking.length > 0) {
    const labels = lacking.length === 0 ? '' : ` of ${lacking.join(', ')}`;
    throw appError('older-tables', { path: old_tsv_dir, labels }, { where: old_tsv_dir });
  }
  const files = await writeNewFolder(context, new_tsv_dir, tree.files);
  context.log(`${files.length} tables of ${[...tree.found].sort().join(', ')} in ${new_tsv_dir}`);
  return { files, labels: [...tree.found].sort() };
};
