/**
 * @file What lies in place of a file: a pointer of Git LFS, git-annex or DVC whose content was never fetched, a saved web page, the answer
 * of a server, an archive, a picture, an image of another format. Told from the first bytes, whatever the name ends in.
 */
import { type AppError, appError } from '../base/errors';

/** What a file should be; the words of messages. */
export type ExpectedFile = 'a NIfTI image' | 'a PyTorch file' | 'a table' | 'JSON' | 'TOML';

interface Foreign {
  readonly found: string;
  /** What to do; goes on after "…: ". */
  readonly way: string;
}

/** Bytes that are looked at. */
const lookedAt = 2048;

interface Signature extends Foreign {
  readonly at?: number;
  readonly bytes: string;
}

const unpack = 'unpack it, and put the file that is inside in its place';
const convert = (tool: string): string => `convert it with ${tool}, and put the result in its place`;
const picture = 'put the image that this picture was made from in its place';

/** First bytes, as Latin-1 text. */
const signatures: readonly Signature[] = [
  { bytes: 'DICM', at: 128, found: 'a DICOM file', way: convert('dcm2niix') },
  { bytes: 'ustar', at: 257, found: 'a tar archive', way: unpack },
  { bytes: 'PK\x03\x04', found: 'a zip archive', way: unpack },
  { bytes: '\x1f\x8b', found: 'a file packed with gzip', way: unpack },
  { bytes: 'BZh', found: 'a file packed with bzip2', way: unpack },
  { bytes: '\xfd7zXZ\0', found: 'a file packed with xz', way: unpack },
  { bytes: '\x28\xb5\x2f\xfd', found: 'a file packed with zstd', way: unpack },
  { bytes: '7z\xbc\xaf\x27\x1c', found: 'a 7-Zip archive', way: unpack },
  { bytes: 'Rar!\x1a\x07', found: 'a RAR archive', way: unpack },
  { bytes: '\x89PNG\r\n\x1a\n', found: 'a PNG picture', way: picture },
  { bytes: '\xff\xd8\xff', found: 'a JPEG picture', way: picture },
  { bytes: 'GIF8', found: 'a GIF picture', way: picture },
  { bytes: 'II*\0', found: 'a TIFF picture', way: picture },
  { bytes: 'MM\0*', found: 'a TIFF picture', way: picture },
  { bytes: '%PDF-', found: 'a PDF document', way: 'put the file itself in its place' },
  { bytes: '\0\0\0\x01\0\0', found: 'a FreeSurfer image (MGH)', way: convert('mri_convert') },
  {
    bytes: '\x89HDF\r\n\x1a\n',
    found: 'an HDF5 file (as MINC 2, MATLAB 7.3 and Keras write it)',
    way: 'convert it with the program that wrote it',
  },
  { bytes: 'CDF\x01', found: 'a MINC image', way: convert('mnc2nii') },
  { bytes: 'NRRD', found: 'an NRRD image', way: convert('a viewer such as 3D Slicer') },
  { bytes: 'ObjectType = ', found: 'a MetaImage header', way: convert('a viewer such as 3D Slicer') },
  { bytes: '\x93NUMPY', found: 'a NumPy array (.npy)', way: 'convert it in Python with the program that wrote it' },
  { bytes: 'MATLAB 5.0 MAT-file', found: 'a MATLAB file', way: 'export it from MATLAB in the expected format' },
  {
    bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
    found: 'a file of Microsoft Office',
    way: 'open it there and save it as tab-separated text',
  },
  { bytes: '{\\rtf', found: 'a text document (RTF)', way: 'open it in a word processor and save it as plain text' },
  {
    bytes: '\0\x05\x16\x07',
    found: 'a companion file of macOS (AppleDouble)',
    way: 'copy the file itself, without ._ in front of its name',
  },
  { bytes: '\x7fELF', found: 'a program', way: 'put the file itself in its place' },
];

/** The kind of a file that is none of the expected ones; undefined when its first bytes tell nothing. */
function kindOf(start: string, expected: ExpectedFile): Foreign | undefined {
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<(?:!doctype html|html|head|body)[\s>]/i.test(text))
    return { found: `a web page${titleOf(text)}`, way: 'download the file again, signed in where the site asks for it' };
  if (text.startsWith('<?xml') || /^<Error>/.test(text))
    return { found: `an answer of a server in XML, ${quoted(text)}`, way: 'download the file again' };
  const signature = signatures.find(({ bytes, at = 0 }) => start.startsWith(bytes, at));
  if (signature !== undefined) {
    const spreadsheet = expected === 'a table' && signature.bytes === 'PK\x03\x04';
    return spreadsheet
      ? {
          found: 'a zip archive, as spreadsheets are (.xlsx, .ods)',
          way: 'open it in the spreadsheet and save it as tab-separated text',
        }
      : signature;
  }
  if (expected === 'JSON' || expected === 'TOML') return undefined;
  if (/^\{\s*"/.test(text))
    return { found: `JSON, ${quoted(text)}`, way: 'download the file again: a server answered so instead' };
  if (expected === 'a table' || !/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text)) return undefined;
  if (/^\.{0,2}\/[^\n]*$/.test(text.trimEnd()))
    return { found: `the text of a link to ${quoted(text)}`, way: 'copy the file that the link points to' };
  return { found: `text, ${quoted(text)}`, way: 'put the file itself in its place' };
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}

function titleOf(page: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.trim();
  return title ? `, ${quoted(title)}` : '';
}

/** Pointers of programs that keep large files elsewhere, with the command that fetches them. */
function pointerOf(text: string): { readonly kind: string; readonly command: string } | undefined {
  if (/^version https:\/\/(?:git-lfs|hawser)/.test(text)) return { kind: 'Git LFS', command: 'git lfs pull' };
  if (/^(?:\S*[\\/])?annex[\\/]objects[\\/]\S+(?:\s|$)/.test(text)) return { kind: 'git-annex', command: 'git annex get' };
  if (/^(?:outs:|md5: \w+\nouts:)[\s\S]*\bmd5:/.test(text)) return { kind: 'DVC', command: 'dvc pull' };
  return undefined;
}

/** One character per byte; the decoder called latin1 is windows-1252 in browsers and changes some. */
export function bytesAsText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** The refusal of bytes that are the beginning of something else than expected; undefined when they may be what is expected, or damaged. */
export function foreignFile(bytes: Uint8Array, expected: ExpectedFile, where?: string): AppError | undefined {
  const file = where ?? 'The file';
  if (bytes.length === 0) return appError('file-empty', { file, expected }, { where });
  const start = bytesAsText(bytes.subarray(0, lookedAt));
  const pointer = pointerOf(start);
  if (pointer !== undefined) return appError('file-is-pointer', { file, expected, ...pointer }, { where });
  const foreign = kindOf(start, expected);
  return foreign && appError('file-is-other', { file, expected, found: foreign.found, way: foreign.way }, { where });
}
