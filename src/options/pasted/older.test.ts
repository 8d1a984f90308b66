/** @file Lines of older interfaces and tutorials: what each is today, or why it cannot run. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors';
import { lineInFolder, parseCommandLine } from '../derive/argv';
import { splitWords } from '../derive/words';
import { olderLine } from './older';

const translated = (line: string) => olderLine(splitWords(line));

function meaningOf(line: string) {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'older') throw new Error(`"${line}" is ${parsed.kind}`);
  return parsed;
}

function errorOf(line: string): AppError {
  try {
    parseCommandLine(line);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`"${line}" was accepted`);
}

/** The keys that a line of today sets, with their values. */
function typedOf(line: string): Record<string, unknown> {
  const parsed = parseCommandLine(line);
  if (parsed.kind !== 'run') throw new Error(`"${line}" does not run`);
  const options: Readonly<Record<string, unknown>> = parsed.options;
  return Object.fromEntries([...parsed.typed].map((key) => [key, options[key]]));
}

describe('train <mode> <network type> of ClinicaDL 0.2', () => {
  it.each([
    [
      'train patch cnn caps t1-linear tsv out Conv4_FC3 --n_splits 5 -ps 32 -cpu --nproc 3 -d AD MCI',
      'clinicadl prepare-data patch caps t1-linear --extract_json patch_t1-linear_patch_size-32 --patch_size 32',
      'clinicadl train classification caps patch_t1-linear_patch_size-32 tsv out --architecture Conv4_FC3 --selection_metrics loss --selection_metrics BA --batch_size 2 --n_splits 5 --no-gpu --n_proc 3 --diagnoses AD --diagnoses MCI',
    ],
    [
      'train slice cnn c t1-linear t o resnet18 --batch_size 4',
      'clinicadl prepare-data slice c t1-linear --extract_json slice_t1-linear --discarded_slices 20',
      'clinicadl train classification c slice_t1-linear t o --architecture resnet18 --selection_metrics loss --selection_metrics BA --batch_size 4',
    ],
    [
      'train image autoencoder caps t1-linear tsv out Conv5_FC3 --visualization',
      'clinicadl prepare-data image caps t1-linear --extract_json image_t1-linear',
      'clinicadl train reconstruction caps image_t1-linear tsv out --architecture AE_Conv5_FC3 --batch_size 2',
    ],
    [
      'train roi cnn c t1-linear t o Conv4_FC3 --selection_threshold 0.7',
      'clinicadl prepare-data roi c t1-linear --extract_json roi_t1-linear --roi_list rightHippocampusBox --roi_list leftHippocampusBox',
      'clinicadl train classification c roi_t1-linear t o --architecture Conv4_FC3 --selection_metrics loss --selection_metrics BA --batch_size 2 --selection_threshold 0.7',
    ],
    [
      'train roi autoencoder c t1-volume t o Conv4_FC3 -rl a b --uncropped_roi --use_extracted_roi',
      'clinicadl prepare-data roi c custom --extract_json roi_t1-volume_roi_list-a_roi_list-b_roi_uncrop_output_save_features --roi_list a --roi_list b --roi_uncrop_output --save_features --custom_suffix graymatter_space-Ixi549Space_modulated-off_probability.nii.gz --roi_custom_template Ixi549Space --roi_custom_mask_pattern Ixi549Space',
      'clinicadl train reconstruction c roi_t1-volume_roi_list-a_roi_list-b_roi_uncrop_output_save_features t o --architecture AE_Conv4_FC3 --batch_size 2',
    ],
  ])('%s', (line, extraction, training) => {
    expect(meaningOf(line).lines).toEqual([extraction, training]);
  });

  it.each([
    ['-cpu', { gpu: false }],
    ['--use_cpu', { gpu: false }],
    ['-np 5', { n_proc: 5 }],
    ['--nproc 5', { n_proc: 5 }],
    ['--batch_size 6', { batch_size: 6 }],
    ['-esteps 3', { evaluation_steps: 3 }],
    ['--evaluation_steps 3', { evaluation_steps: 3 }],
    ['-d AD CN MCI', { diagnoses: ['AD', 'CN', 'MCI'] }],
    ['--baseline', { baseline: true }],
    ['-un', { normalize: false }],
    ['--unnormalize', { normalize: false }],
    ['-s weighted', { sampler: 'weighted' }],
    ['--n_splits 5 --split 0 2', { n_splits: 5, split: [0, 2] }],
    ['--epochs 7 -lr 1e-3 -wd 0 --dropout 0.5', { epochs: 7, learning_rate: 1e-3, weight_decay: 0, dropout: 0.5 }],
    ['--patience 4 --tolerance 0.1 -asteps 2', { patience: 4, tolerance: 0.1, accumulation_steps: 2 }],
    ['--learning_rate=0.01', { learning_rate: 0.01 }],
  ])('the option %s', (words, options) => {
    const { lines } = meaningOf(`train image cnn c t1-linear t o Conv5_FC3 ${words}`);
    expect(typedOf(lines[1])).toMatchObject(options);
  });

  it.each([
    ['patch', '-ps 30 -ss 20 --use_extracted_patches', { patch_size: 30, stride_size: 20, save_features: true }],
    ['slice', '-sd 1 --discarded_slices 10 5 --use_extracted_slices', { slice_direction: 1, discarded_slices: [10, 5] }],
    ['roi', '--roi_list a b --uncropped_roi', { roi_list: ['a', 'b'], roi_uncrop_output: true }],
  ])('options of %s: %s', (mode, words, options) => {
    expect(typedOf(meaningOf(`train ${mode} cnn c t1-linear t o Conv5_FC3 ${words}`).lines[0])).toMatchObject(options);
  });

  // What others than this translation decide: whether the schema has them.
  it.each([
    ['--multi_cohort', '--multi_cohort'],
    ['--data_augmentation Noise Smoothing', '--data_augmentation Noise --data_augmentation Smoothing'],
    ['--transfer_learning_path x', '--transfer_path x'],
    [
      '--transfer_learning_path x --transfer_learning_selection best_balanced_accuracy',
      '--transfer_path x --transfer_selection_metric BA',
    ],
    ['--transfer_learning_path x --transfer_learning_selection best_loss', '--transfer_path x --transfer_selection_metric loss'],
  ])('%s becomes %s', (words, form) => {
    const line = `train image cnn c t1-linear t o Conv5_FC3 ${words}`;
    expect(translated(line)?.lines[1]).toContain(form);
    try {
      expect(meaningOf(line).lines[1]).toContain(form);
    } catch (error) {
      expect(error).toMatchObject({ code: 'command-older-missing' });
    }
  });

  it('multicnn is --multi_network', () => {
    for (const mode of ['patch', 'roi', 'slice'])
      expect(translated(`train ${mode} multicnn c t1-linear t o Conv4_FC3`)?.lines[1]).toContain('--multi_network');
  });

  it('says what is done otherwise', () => {
    expect(meaningOf('train roi cnn c t1-linear t o Conv4_FC3').text).toMatch(
      /of ClinicaDL 0.2.*Today's lines:[\s\S]*hippocampi/,
    );
    expect(meaningOf('train slice cnn c t1-linear t o resnet18').text).toMatch(/224 × 224[\s\S]*--pretrained/);
    expect(meaningOf('train patch cnn c t1-linear t o Conv4_FC3 --selection_threshold 3e-1').text).toContain('number of correct');
    expect(meaningOf('train patch cnn c t1-linear t o Conv4_FC3 -v').text).toContain('-v has no effect');
  });

  it.each([
    ['train image multicnn c t1-linear t o Conv5_FC3', 'command-older-lost', 'there was no train image multicnn'],
    ['train patch cnn c t1-linear t o Conv4_FC3 --vmax 3', 'command-older-lost', '--vmax was no option of it'],
    ['train image cnn c t1-linear t o Conv5_FC3 --epochs', 'command-older-lost', '--epochs has no value'],
    ['train slice autoencoder c t1-linear t o Conv4_FC3 --visualization', 'command-older-lost', '--visualization'],
    ['train image cnn c t1-linear t o Conv5_FC3 --selection_threshold 1', 'command-older-lost', '--selection_threshold'],
    ['train roi cnn c t1-linear t o Conv4_FC3 --uncropped_roi', 'command-older-lost', '--uncropped_roi was not possible'],
    ['train roi cnn c t1-linear t o Conv4_FC3 --use_extracted_roi', 'command-older-lost', '--use_extracted_roi was not'],
    ['train roi cnn c t1-extensive t o Conv4_FC3', 'command-older-lost', 'no default regions of t1-extensive'],
    ['train image cnn c t1-volume t o Conv5_FC3 --predict_atlas_intensities AAL2', 'command-older-lost', 'atlas'],
    ['train image cnn c shepplogan t o Conv5_FC3', 'command-older-lost', 'shepplogan'],
    ['train patch cnn c t1-linear t o Conv6_FC3', 'command-older-wrong', 'Conv6_FC3'],
    ['train image cnn c t1-linear t o Conv5_FC3_SSDA', 'command-older-wrong', 'Conv5_FC3_SSDA'],
    ['train image cnn c t1-linear t', 'command-older-short', 'OUTPUT_DIRECTORY'],
    ['train image cnn c t1-linear t o Conv5_FC3 more', 'command-older-long', '"more"'],
    ['train image cnn c t1-linear t o Conv5_FC3 --epochs x', 'command-older-wrong', 'epochs'],
    [
      'train roi cnn <caps_directory> t1-linear <tsv_path> <output_directory> Conv4_FC3',
      'command-older-manual',
      '<caps_directory>',
    ],
  ])('%s is refused: %s', (line, code, says) => {
    const error = errorOf(`clinicadl ${line}`);
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
    expect(error.hint).not.toMatch(/[{}]/);
  });

  it('what is left of a line that is refused runs', () => {
    const { hint } = errorOf('train patch cnn c t1-linear t o Conv4_FC3 --vmax 3');
    const lines = [...hint.matchAll(/"(clinicadl .*?)"/g)].map((match) => match[1]);
    expect(lines.map((line) => parseCommandLine(line).kind)).toEqual(['run', 'run']);
  });

  it('asked for its help, tells the lines and options of today', () => {
    for (const line of ['!clinicadl train slice cnn -h', 'clinicadl train patch autoencoder --help', 'train roi multicnn']) {
      const parsed = parseCommandLine(line);
      expect(parsed).toMatchObject({ kind: 'text' });
      expect('text' in parsed && parsed.text).toMatch(/ClinicaDL 0.2[\s\S]*clinicadl prepare-data[\s\S]*Usage: clinicadl train/);
    }
  });
});

describe('older extractions', () => {
  it.each([
    ['clinica run deeplearning-prepare-data caps', 'clinicadl prepare-data image caps t1-linear'],
    [
      'clinica run deeplearning-prepare-data caps t1-linear slice --slice_direction 0 --slice_mode rgb -np 4',
      'clinicadl prepare-data slice caps t1-linear --save_features --slice_direction 0 --slice_mode rgb --n_proc 4',
    ],
    [
      'clinica run deeplearning-prepare-data caps t1-linear patch --patch_size 50 --stride_size 50 --use_uncropped_image -tsv t.tsv',
      'clinicadl prepare-data patch caps t1-linear --save_features --patch_size 50 --stride_size 50 --use_uncropped_image --subjects_sessions_tsv t.tsv',
    ],
    [
      'clinica run deeplearning-prepare-data caps pet-linear roi --roi_list a --roi_list b --acq_label fdg --suvr_reference_region pons2 --roi_uncrop_output',
      'clinicadl prepare-data roi caps pet-linear --save_features --roi_list a --roi_list b --tracer fdg --suvr_reference_region pons2 --roi_uncrop_output',
    ],
    [
      'clinica run deeplearning-prepare-data caps custom roi --roi_list a -ct T -cmp P -cn x.nii.gz',
      'clinicadl prepare-data roi caps custom --save_features --roi_list a --roi_custom_template T --roi_custom_mask_pattern P --custom_suffix x.nii.gz',
    ],
    [
      'clinica run deeplearning-prepare-data caps custom image --custom_suffix graymatter_space-Ixi549Space_modulated-off_probability.nii.gz',
      'clinicadl prepare-data image caps custom --custom_suffix graymatter_space-Ixi549Space_modulated-off_probability.nii.gz',
    ],
    [
      'preprocessing extract-tensor caps t1-linear patch -ps 20 -uui',
      'clinicadl prepare-data patch caps t1-linear --save_features --patch_size 20 --use_uncropped_image',
    ],
    ['extract caps t1-linear slice', 'clinicadl prepare-data slice caps t1-linear --save_features'],
    ['extract image caps t1-linear', 'clinicadl prepare-data image caps t1-linear'],
    [
      'extract roi caps t1-linear --roi_list a --extract_json e',
      'clinicadl prepare-data roi caps t1-linear --roi_list a --extract_json e',
    ],
    ['extract image c t1-extensive', 'clinicadl prepare-data image c t1-extensive'],
    ['clinica run deeplearning-prepare-data c t1-extensive patch', 'clinicadl prepare-data patch c t1-extensive --save_features'],
    [
      "extract patch 'my caps' pet-linear --acq_label 18FFDG -suvr pons --save_features",
      "clinicadl prepare-data patch 'my caps' pet-linear --tracer 18FFDG --suvr_reference_region pons --save_features",
    ],
  ])('%s', (line, today) => {
    expect(meaningOf(line).lines).toEqual([today]);
  });

  it('says that slices of three channels were scaled', () => {
    expect(meaningOf('clinica run deeplearning-prepare-data c t1-linear slice').text).toContain('scaled from 0 to 1');
    expect(meaningOf('clinica run deeplearning-prepare-data c t1-linear slice -sm single').text).not.toContain('scaled');
  });

  it.each([
    ['clinica run deeplearning-prepare-data c t1-linear image -wd tmp', 'command-older-lost'],
    ['clinica run deeplearning-prepare-data c t1-linear roi', 'command-older-wrong'],
    [
      'clinica run deeplearning-prepare-data [OPTIONS] CAPS_DIRECTORY [[t1-linear|t1-extensive|pet-linear|custom]] [[image|slice|patch]]',
      'command-older-manual',
    ],
    ['preprocessing run bids caps t1-linear', 'command-older-gone'],
    ['extract c t1-linear cube', 'command-older-lost'],
    ['extract image c', 'command-older-short'],
  ])('%s is refused: %s', (line, code) => {
    expect(errorOf(line).code).toBe(code);
  });

  it('help, and other pipelines of Clinica', () => {
    expect(parseCommandLine('clinica run deeplearning-prepare-data --help')).toMatchObject({ kind: 'text' });
    expect(parseCommandLine('clinicadl extract -h')).toMatchObject({ kind: 'text' });
    expect(errorOf('clinica run t1-linear bids caps').message).toContain('Clinica, which preprocesses images');
  });
});

describe('other older commands', () => {
  it.each([
    [
      'classify caps tsv/test.tsv results/maps DB-TEST -cpu --nproc 3 --batch_size 4 -d AD CN',
      'clinicadl predict results/maps DB-TEST --caps_directory caps --participants_tsv tsv/test.tsv --no-gpu --n_proc 3 --batch_size 4 --diagnoses AD --diagnoses CN',
    ],
    [
      'classify c t m p -nl --selection_metrics balanced_accuracy loss',
      'clinicadl predict m p --caps_directory c --participants_tsv t --no_labels --selection_metrics BA --selection_metrics loss',
    ],
    [
      'tsvtool split labels.tsv --n_test 20 --subset_name test',
      'clinicadl tsvtools split labels.tsv --n_test 20 --subset_name test',
    ],
    ['tsvtool split data/labels_lists', 'clinicadl tsvtools split data/labels_lists/labels.tsv --subset_name test'],
    ['tsvtool kfold data/labels_lists/ --n_splits 4', 'clinicadl tsvtools kfold data/labels_lists/labels.tsv --n_splits 4'],
    ['resume results/maps', 'clinicadl train resume results/maps'],
    [
      'save-tensor m g --caps_directory c --participants_tsv t -sm loss',
      'clinicadl predict m g --save_tensor --caps_directory c --participants_tsv t --selection_metrics loss',
    ],
    ['train classification c j t m -cpu --nproc 3', 'clinicadl train classification c j t m --no-gpu --n_proc 3'],
    ['predict m g --nproc=3 --use_cpu', 'clinicadl predict m g --n_proc=3 --no-gpu'],
    [
      'prepare-data patch c pet-linear --acq_label 18FFDG -suvr pons',
      'clinicadl prepare-data patch c pet-linear --tracer 18FFDG -suvr pons',
    ],
  ])('%s', (line, today) => {
    expect(meaningOf(line).lines).toEqual([today]);
  });

  it.each([
    ['interpret group results/maps sal', 'clinicadl interpret results/maps validation sal gradients'],
    [
      'interpret individual m s --selection best_loss',
      'clinicadl interpret m validation s gradients --save_individual --selection_metrics loss',
    ],
    [
      'interpret group m s --tsv_path t.tsv --caps_dir c -cpu',
      'clinicadl interpret m s s gradients --diagnoses AD --participants_tsv t.tsv --caps_directory c --no-gpu',
    ],
    ['interpret m g n --target_node 1', 'clinicadl interpret m g n gradients --target_node 1'],
    ['tsvtool restrict OASIS merged.tsv out.tsv', 'clinicadl tsvtools restrict OASIS merged.tsv out.tsv'],
    ['tsvtool analysis merged.tsv labels.tsv out.tsv', 'clinicadl tsvtools analysis merged.tsv labels.tsv out.tsv'],
    [
      'tsvtool getlabels merged.tsv missing out --diagnoses AD CN',
      'clinicadl tsvtools getlabels merged.tsv missing out --diagnoses AD --diagnoses CN',
    ],
  ])('%s, where the command is here', (line, today) => {
    expect(translated(line)?.lines).toEqual([today]);
    try {
      expect(meaningOf(line).lines).toEqual([today]);
    } catch (error) {
      expect((error as AppError).code).toMatch(/^command-older-(missing|wrong)$/);
    }
  });

  it.each([
    ['classify c t m p --use_extracted_features', 'command-older-lost', 'the extraction of the training decides'],
    ['classify c t m', 'command-older-short', 'PREFIX'],
    ['interpret group m s --vmax 0.5', 'command-older-lost', '--vmax'],
    ['interpret group m s --keep_true true', 'command-older-lost', '--keep_true'],
    ['interpret group m s --nifti_template_path x', 'command-older-lost', '--nifti_template_path'],
    ['interpret group m s --target_diagnosis AD', 'command-older-lost', '--target_node'],
    ['tsvtool restrict ADNI merged.tsv out', 'command-older-wrong', 'one of AIBL, OASIS'],
    ['tsvtool split labels.tsv --MCI_sub_categories', 'command-older-lost', '--MCI_sub_categories'],
    ['resume m -cpu', 'command-older-lost', 'leave it out'],
    ['tsvtool {split|kfold}', 'command-older-lost', 'It had no {split|kfold}'],
  ])('%s is refused: %s', (line, code, says) => {
    const error = errorOf(line);
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
  });

  it('today’s lines are no older lines', () => {
    for (const line of [
      'train classification c j t m --n_proc 3',
      'predict m g',
      'tsvtools split a.tsv',
      'interpret m g n gradients',
    ])
      expect(translated(line)).toBeUndefined();
  });

  it('lines move into a folder after they are translated', () => {
    const moved = meaningOf('train image cnn caps t1-linear tsv out Conv5_FC3').lines.map((line) => lineInFolder(line, 'study'));
    expect(moved[0]).toContain('prepare-data image study/caps t1-linear');
    expect(moved[1]).toMatch(/train classification study\/caps image_t1-linear study\/tsv study\/out/);
  });
});
