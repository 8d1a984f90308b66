/** @file Which errors stand below the choice of a network; the others are told when the training is started. */
import type { OutcomeError } from '../../options/outcome';

/** About the network, and about what memory there is. */
export const isOfNetwork = ({ code }: Pick<OutcomeError, 'code'>): boolean =>
  /^(network|heap|gpu|latent|weights-too-large|loss-unfit|json|class-count)/.test(code);
