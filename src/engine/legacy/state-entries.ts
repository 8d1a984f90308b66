/** @file What a network's state dict holds: names, shapes and meanings, in PyTorch's registration order. */
import type { StateRole } from '../../networks/parameters';
import type { ConvBlock, LinearBlock, NetworkSpec } from './blocks';

export interface StateEntry {
  readonly name: string;
  /** PyTorch's axis order. */
  readonly shape: readonly number[];
  readonly role: StateRole;
  readonly block: ConvBlock | LinearBlock;
}

/** Parameters and buffers of a network, in the order of the file. */
export function stateEntries(spec: NetworkSpec): StateEntry[] {
  const kernel = spec.inputSize.slice(1).map(() => 3);
  return spec.blocks.flatMap((block): StateEntry[] => {
    if (block.kind === 'conv-block') {
      const channels = [block.outChannels];
      return [
        { name: `${block.conv}.weight`, shape: [block.outChannels, block.inChannels, ...kernel], role: 'weight', block },
        { name: `${block.conv}.bias`, shape: channels, role: 'bias', block },
        { name: `${block.norm}.weight`, shape: channels, role: 'norm-weight', block },
        { name: `${block.norm}.bias`, shape: channels, role: 'norm-bias', block },
        { name: `${block.norm}.running_mean`, shape: channels, role: 'running-mean', block },
        { name: `${block.norm}.running_var`, shape: channels, role: 'running-var', block },
        { name: `${block.norm}.num_batches_tracked`, shape: [], role: 'batches', block },
      ];
    }
    if (block.kind === 'linear')
      return [
        { name: `${block.name}.weight`, shape: [block.outFeatures, block.inFeatures], role: 'weight', block },
        { name: `${block.name}.bias`, shape: [block.outFeatures], role: 'bias', block },
      ];
    return [];
  });
}
