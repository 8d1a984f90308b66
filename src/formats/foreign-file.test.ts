/** @file Other things in place of files: told by what they are, with the way to the file itself. */
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { foreignFile } from './foreign-file';
import { readJson } from './json';
import { readNiftiHeader } from './nifti-header';
import { readSessionTable } from './session-table';
import { readTorch } from './torch-read';
import { readTsv } from './tsv';

const latin1 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'latin1'));
const at = (offset: number, text: string): Uint8Array<ArrayBuffer> => latin1(`${'\0'.repeat(offset)}${text}`.padEnd(600, '\0'));
const lfs = latin1('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n');
const page = latin1('<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in</body></html>');

const kinds: readonly (readonly [string, Uint8Array<ArrayBuffer>, string, string])[] = [
  ['a pointer of Git LFS', lfs, 'a pointer of Git LFS', 'git lfs pull'],
  ['a pointer of git-annex', latin1('/annex/objects/SHA256E-s9--ab.nii.gz\n'), 'a pointer of git-annex', 'git annex get'],
  [
    'the target of a link of git-annex',
    latin1('../../../.git/annex/objects/3f/Q1/MD5E-s9--ab/MD5E-s9--ab'),
    'git-annex',
    'git annex get',
  ],
  ['the same from Windows', latin1('..\\..\\.git\\annex\\objects\\3f\\Q1\\MD5E-s9--ab'), 'git-annex', 'git annex get'],
  ['a pointer of DVC', latin1('outs:\n- md5: 0123456789abcdef\n  size: 3\n  path: a.nii.gz\n'), 'a pointer of DVC', 'dvc pull'],
  ['a page of a sign-in', page, 'a web page, "Sign in"', 'signed in'],
  ['a page after blanks', latin1('\n  <html lang="en"><body>503</body></html>'), 'a web page', 'download the file again'],
  ['an error in XML', latin1('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'), 'AccessDenied', 'download'],
  ['a zip archive', zipSync({ 'a.nii': new Uint8Array(9) }), 'a zip archive', 'unpack it'],
  ['a tar archive', at(257, 'ustar'), 'a tar archive', 'unpack it'],
  ['a DICOM file', at(128, 'DICM'), 'a DICOM file', 'dcm2niix'],
  ['a PNG picture', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), 'a PNG picture', 'made from'],
  ['a JPEG picture', latin1('\xff\xd8\xff\xe0\0\x10JFIF'), 'a JPEG picture', 'made from'],
  ['a PDF document', latin1('%PDF-1.4\n%\xe2\xe3'), 'a PDF document', 'the file itself'],
  ['an image of FreeSurfer', latin1('\0\0\0\x01\0\0\x01\0\0\0\x01\0').subarray(0, 12), 'MGH', 'mri_convert'],
  ['an HDF5 file', latin1('\x89HDF\r\n\x1a\n\0'), 'HDF5', 'program that wrote it'],
  ['a NumPy array', latin1('\x93NUMPY\x01\0'), 'NumPy', 'convert'],
  ['an answer in JSON', latin1('{"error":{"code":401,"message":"Unauthorized"}}'), 'Unauthorized', 'download the file again'],
];

describe('in place of an image', () => {
  it.each(kinds)('%s', (_, bytes, found, way) => {
    const tell = expect.objectContaining({
      code: expect.stringMatching(/^file-is-/),
      message: expect.stringContaining(found),
      hint: expect.stringContaining(way),
      where: 'a.nii.gz',
    });
    expect(() => readNiftiHeader(bytes, { where: 'a.nii.gz' })).toThrow(tell);
  });

  it.each([
    ['plain text', latin1('The images are on the other disk.\n'), 'text, "The images are on the other disk."'],
    ['the target of a link', latin1('../../store/sub-1.nii.gz'), 'the text of a link to "../../store/sub-1.nii.gz"'],
  ])('%s', (_, bytes, found) => {
    expect(foreignFile(bytes, 'a NIfTI image')?.message).toContain(found);
  });

  it('nothing', () => {
    expect(() => readNiftiHeader(new Uint8Array(), { where: 'a.nii' })).toThrow(expect.objectContaining({ code: 'file-empty' }));
  });

  it('bytes that tell nothing are a damaged image', () => {
    expect(foreignFile(new Uint8Array(400).fill(7), 'a NIfTI image')).toBeUndefined();
    expect(() => readNiftiHeader(new Uint8Array(400).fill(7))).toThrow(expect.objectContaining({ code: 'nifti-damaged' }));
  });
});

describe('in place of tensors', () => {
  it.each(kinds.filter(([name]) => name !== 'a zip archive'))('%s', (_, bytes, found, way) => {
    const tell = { message: expect.stringContaining(found), hint: expect.stringContaining(way), where: 'a.pt' };
    expect(() => readTorch(bytes, { where: 'a.pt' })).toThrow(expect.objectContaining(tell));
  });

  it('a file packed with gzip', () => {
    expect(() => readTorch(gzipSync(new Uint8Array(9)))).toThrow('not a PyTorch file but a file packed with gzip');
  });
});

describe('in place of a table', () => {
  it.each(kinds.filter(([name]) => !name.startsWith('a zip')))('%s', (_, bytes, found, way) => {
    const tell = { message: expect.stringContaining(found), hint: expect.stringContaining(way), where: 'a.tsv' };
    expect(() => readTsv(bytes, { where: 'a.tsv' })).toThrow(expect.objectContaining(tell));
  });

  it('a spreadsheet', () => {
    const sheet = zipSync({ 'xl/workbook.xml': new Uint8Array(9) });
    expect(() => readTsv(sheet, { where: 'a.tsv' })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('.xlsx'),
        hint: expect.stringContaining('save it as tab-separated text'),
      }),
    );
  });

  it('text is a table, whatever it says', () => {
    expect(readTsv(latin1('/data/store\n1\n'))).toMatchObject({ columns: [{ name: '/data/store' }] });
    expect(readSessionTable(latin1('participant_id\n{"a"}\n'), { where: 'a.tsv' })).toMatchObject({
      columns: [{ values: ['{"a"}'] }],
    });
  });
});

describe('in place of JSON', () => {
  it('pointers, pages and archives are told', () => {
    expect(() => readJson(lfs, { where: 'maps.json' })).toThrow('not JSON but a pointer of Git LFS');
    expect(() => readJson(page)).toThrow('a web page');
    expect(readJson(latin1('{"error": 1}'))).toEqual({ error: 1 });
  });
});
