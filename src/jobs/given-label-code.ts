/** @file The label_code that a person gives, compared with the tables of a training. */
import { AppError, appError } from '../base/errors';
import { type LabelCode, nodeOf } from '../batches/labels';
import { sessionText } from '../caps/entities';
import type { SplitRows } from './split-tables';

/** Outputs that a classification may have: metrics and log have columns for each. */
const mostClasses = 1000;

/** Throws `label-code` for one that lacks a label of the tables, has a single output, or more than can be written. */
export function checkLabelCode(code: LabelCode, tables: readonly SplitRows[]): void {
  const refuse = (reason: string): Error =>
    appError('label-code', { code: JSON.stringify(code), reason }, { where: 'Classification.label_code' });
  for (const { train, validation } of tables)
    for (const row of [...train, ...validation])
      try {
        nodeOf(code, row, sessionText(row));
      } catch (error) {
        if (error instanceof AppError && error.code === 'label-unknown')
          throw refuse(`it has no output for "${row.label}", the label of ${sessionText(row)}`);
        throw error;
      }
  const last = Math.max(...Object.values(code));
  if (last < 1) throw refuse('all labels have the output 0, and a classification needs at least two');
  if (last >= mostClasses) throw refuse(`it has the output ${last}, and ${mostClasses - 1} is the last possible one`);
}
