/** @file Networks that draw in their evaluations, too: what one leaves to the next is drawn again by a training that goes on. */
import { expect, it } from 'vitest';
import { memoryCheckpoints } from '../src/checkpoints/store';
import { road } from './road';
import { at, copyOf, stopAt, withoutClock } from './road-stops';
import { formulaRoad } from './road-study';

it('variational autoencoders of two patches go on bit for bit from the files in tmp', async () => {
  const prepared = await formulaRoad([9, 12, 9]);
  await prepared.must('clinicadl prepare-data patch caps t1-linear --extract_json patch --patch_size 9 --stride_size 3');
  const line =
    'clinicadl train reconstruction caps patch tsv maps --multi_network --architecture CVAE_3D_final_conv --latent_space_size 4 ' +
    '--loss VAEGaussianLoss --epochs 1 --batch_size 4 -lr 0.001';
  const whole = await copyOf(prepared);
  await whole.must(line);
  const study = await copyOf(prepared);
  await stopAt(study, line, at('train split 0, network 1', 3));
  const { output } = await (await road(study.workspace, 'wasm', memoryCheckpoints())).must('clinicadl train resume maps');
  expect(output.join('\n')).toContain('Split 0, network 1 begins');
  expect(await withoutClock(study.workspace, 'maps')).toEqual(await withoutClock(whole.workspace, 'maps'));
});
