/** @file What domain adaptation (`--ssda_network`) asks of the other options of a training. */
import { appError } from '../base/errors';
import type { TrainOptions } from './train';

/** The only class with a head for each domain. */
export const adaptingNetwork = 'Conv5_FC3_SSDA';

const needed = {
  caps_target: 'it is the CAPS folder of the target domain',
  tsv_target_lab: 'it is the folder with the labelled participants of the target domain',
  tsv_target_unlab: 'it is the table of the participants of the target domain without labels',
  preprocessing_dict_target: 'it names the JSON file of prepare-data in the target CAPS',
} as const;

type TargetOption = keyof typeof needed;
/** What tells of the target domain. */
export const targetOptions = Object.keys(needed) as readonly TargetOption[];

type Asked = Pick<TrainOptions, 'ssda_network' | 'architecture' | 'multi_network' | 'multi_cohort' | 'loss' | TargetOption>;

/**
 * Throws `adaptation-alone` for the network of domain adaptation without it; with it `adaptation-network` for any other network,
 * `adaptation-unfit` for what cannot be adapted, `option-needed` for what tells nothing of the target domain.
 */
export function checkAdaptation(options: Asked): void {
  const { ssda_network: adapts, architecture } = options;
  const where = 'Model.ssda_network';
  if (!adapts && architecture === adaptingNetwork) throw appError('adaptation-alone', { architecture }, { where });
  if (!adapts) return;
  if (architecture !== adaptingNetwork)
    throw appError('adaptation-network', { architecture, network: adaptingNetwork }, { where: 'Model.architecture' });
  const unfit: readonly (readonly [boolean, string, string])[] = [
    [options.multi_network, '--multi_network', 'one network learns from all elements of both domains'],
    [options.multi_cohort, '--multi_cohort', 'each domain is one CAPS with its tables'],
    [options.loss !== 'CrossEntropyLoss', `--loss ${options.loss}`, 'each head learns by CrossEntropyLoss'],
  ];
  for (const [is, option, reason] of unfit) if (is) throw appError('adaptation-unfit', { option, reason }, { where });
  for (const key of targetOptions)
    if (options[key].trim() === '')
      throw appError('option-needed', { option: `--${key}`, reason: needed[key] }, { where: `Data.${key}` });
}
