/** @file A whole training with every augmentation against one of ClinicaDL 1.6.1, and what is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenText } from './road-files';
import { goldenRoad, goldenTraining, tinyRoad, tinyTraining } from './road-study';

const all = ['Noise', 'Erasing', 'CropPad', 'Smoothing', 'Motion', 'Ghosting', 'Spike', 'BiasField', 'RandomBlur', 'RandomSwap'];
const asked = all.map((name) => `--data_augmentation ${name}`).join(' ');

describe('the golden study with all augmentations', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    await study.must(goldenTraining('maps', `-lr 0.001 --dropout 0 --evaluation_steps 1 -s 0 ${asked}`));
  });
  const golden = 'augmentations/maps_all';

  it('trains along the loss curve of ClinicaDL, as only the same draws do', async () => {
    const [ours, theirs] = [await study.text('maps/split-0/training_logs/training.tsv'), goldenText(`${golden}/training.tsv`)];
    expectTablesToAgree(ours, theirs, 1e-4, ['time']);
  });

  it('draws intervals where CropPad left the generator', async () => {
    const file = 'validation_image_level_metrics.tsv';
    const ours = await study.text(`maps/split-0/best-loss/validation/${file}`);
    expectTablesToAgree(ours, goldenText(`${golden}/${file}`), 1e-4);
  });
});

describe('an augmentation', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
  });

  it('of the name None changes nothing', async () => {
    const rows = async (maps: string, more: string): Promise<string[][]> => {
      await study.must(tinyTraining(maps, more));
      return cells(await study.text(`${maps}/split-0/training_logs/training.tsv`)).map((row) => row.filter((_, i) => i !== 2));
    };
    expect(await rows('none', '-da None')).toEqual(await rows('plain', ''));
  });

  it('changes what is learnt', async () => {
    await study.must(tinyTraining('noise', '-da Noise'));
    const losses = async (maps: string): Promise<string[]> => {
      const [header, ...rows] = cells(await study.text(`${maps}/split-0/training_logs/training.tsv`));
      return rows.map((row) => row[header.indexOf('loss_train')]);
    };
    expect(await losses('noise')).not.toEqual(await losses('plain'));
  });

  it('that the elements do not allow is refused before anything is written', async () => {
    await study.must('clinicadl prepare-data slice caps t1-linear --slice_direction 1 --extract_json slices');
    const line = tinyTraining('no', '').replace(' image ', ' slices ');
    for (const name of ['Motion', 'RandomSwap']) {
      const outcome = await study.run(`${line} -da ${name}`);
      expect(outcome.error).toMatchObject({ code: 'augmentation-unfit' });
      expect(outcome.error!.message).toContain(name);
    }
    expect(await filesBelow(study.workspace, 'no')).toEqual([]);
  });
});
