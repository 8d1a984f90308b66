/** @file Lines of older tutorials, answered with the line of 1.6.1. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../base/errors';
import { parseCommandLine } from '../derive/argv';
import { splitWords } from '../derive/words';
import { olderLine } from './older';

const linesOf = (line: string) => olderLine(splitWords(line))?.lines;

function errorOf(line: string): AppError {
  try {
    parseCommandLine(line);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`"${line}" was accepted`);
}

describe('train <mode> <network type> of ClinicaDL 0.2', () => {
  it('is an extraction and a training, with what was usual there', () => {
    expect(linesOf('train patch cnn caps t1-linear tsv out Conv4_FC3 --n_splits 5 -ps 32 -cpu --nproc 3 -d AD MCI')).toEqual([
      'clinicadl prepare-data patch caps t1-linear --extract_json patch_t1-linear --patch_size 32',
      'clinicadl train classification caps patch_t1-linear tsv out --architecture Conv4_FC3 --batch_size 2 --n_splits 5 --no-gpu --n_proc 3 --diagnoses AD --diagnoses MCI',
    ]);
    expect(linesOf('train slice cnn c t1-linear t o resnet18 --batch_size 4')).toEqual([
      'clinicadl prepare-data slice c t1-linear --extract_json slice_t1-linear --discarded_slices 20',
      'clinicadl train classification c slice_t1-linear t o --architecture resnet18 --batch_size 4',
    ]);
  });

  it('of a network for each element, and of one that begins with another, is today’s', () => {
    expect(linesOf('train roi multicnn caps t1-linear tsv out Conv4_FC3')?.at(-1)).toContain(' --multi_network');
    expect(linesOf('train patch cnn c t1-linear t o Conv4_FC3 --transfer_learning_path x')?.at(-1)).toContain(
      ' --transfer_path x',
    );
  });

  it('of an autoencoder is a reconstruction', () => {
    expect(linesOf('train image autoencoder caps t1-linear tsv out Conv5_FC3')?.at(-1)).toBe(
      'clinicadl train reconstruction caps image_t1-linear tsv out --architecture AE_Conv5_FC3 --batch_size 2',
    );
  });

  it('that can be run here: the answer is the line itself, and it is accepted', () => {
    const error = errorOf(
      "clinicadl train roi cnn 'my caps' t1-linear tsv out Conv4_FC3 --roi_list leftHippocampusBox rightHippocampusBox",
    );
    expect(error.code).toBe('command-older');
    const lines = [...error.hint.matchAll(/"(clinicadl .*?)"/g)].map((match) => match[1]);
    expect(lines).toHaveLength(2);
    expect(lines.map((line) => parseCommandLine(line).kind)).toEqual(['run', 'run']);
    expect(lines[0]).toContain('--roi_list leftHippocampusBox --roi_list rightHippocampusBox');
  });

  it.each([['train image cnn caps t1-linear tsv out Conv5_FC3_SSDA', 'Conv5_FC3_SSDA', 'is not available yet']])(
    '%o is not available here: said so, with its new form',
    (line, form, reason) => {
      const error = errorOf(`clinicadl ${line}`);
      expect(error.code).toBe('command-older-missing');
      expect(error.message).toContain(form);
      expect(error.message).toContain(reason);
    },
  );

  it('asked for its help, and the regions that it had without a list', () => {
    expect(errorOf('!clinicadl train slice cnn -h').message).toContain('ClinicaDL 0.2');
    expect(errorOf('train roi cnn c t1-linear t o Conv4_FC3').message).toContain('two boxes around the hippocampi');
    expect(errorOf('train patch cnn c t1-linear t o Conv4_FC3 --vmax 3').message).toContain('--vmax has no counterpart');
  });
});

describe("Clinica's deeplearning-prepare-data", () => {
  it('is prepare-data, with its mode first', () => {
    const error = errorOf(
      '!clinica run deeplearning-prepare-data caps pet-linear roi --roi_list a b --acq_label 18FFDG --suvr_reference_region pons2',
    );
    expect(error.hint).toBe(
      'Write "clinicadl prepare-data roi caps pet-linear --roi_list a --roi_list b --tracer 18FFDG --suvr_reference_region pons2".',
    );
  });

  it('with the signs of a manual, and other pipelines of Clinica', () => {
    const line =
      'clinica run deeplearning-prepare-data [OPTIONS] CAPS_DIRECTORY [[t1-linear|t1-extensive|pet-linear|custom]] [[image|slice|patch]]';
    expect(errorOf(line).hint).toBe('Write "clinicadl prepare-data image CAPS_DIRECTORY t1-linear".');
    expect(errorOf('clinica run t1-linear bids caps').message).toContain('Clinica, which preprocesses images');
  });
});
