/** @file Bytes of a text file → text: UTF-8, with a clear refusal of everything else. */
import { appError } from '../base/errors';
import { type ExpectedFile, foreignFile } from './foreign-file';

export interface DecodeOptions {
  readonly format: 'TSV' | 'JSON' | 'TOML';
  readonly maxBytes: number;
  readonly where?: string;
}

const expectedOf = { TSV: 'a table', JSON: 'JSON', TOML: 'TOML' } as const satisfies Record<string, ExpectedFile>;

/**
 * The text without its byte order mark. Throws `file-too-large` over the budget and `text-encoding` for UTF-16, NUL characters
 * and bytes that are not UTF-8, and what `foreignFile` finds in place of a text.
 */
export function decodeText(bytes: Uint8Array, { format, maxBytes, where }: DecodeOptions): string {
  if (bytes.length > maxBytes) {
    throw appError('file-too-large', { format, found: bytes.length, limit: maxBytes }, { where });
  }
  const foreign = bytes.length === 0 ? undefined : foreignFile(bytes, expectedOf[format], where);
  if (foreign !== undefined) throw foreign;
  const refuse = (reason: string, cause?: unknown) => appError('text-encoding', { format, reason }, { where, cause });
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw refuse('it begins with the mark of UTF-16');
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw refuse(`byte ${nul} is zero, as in UTF-16 text or a binary file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse('some bytes are no UTF-8 characters', cause);
  }
}
