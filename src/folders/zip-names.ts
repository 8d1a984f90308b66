/**
 * @file The names of zip entries: which bytes mean which letters, and where the folders end.
 *
 * Bit 11 of the flags says UTF-8. Without it APPNOTE (appendix D) asks for code page 437, but macOS, Python and many others write
 * UTF-8 there: what is valid UTF-8 is taken for it, as chance hardly makes it. Info-ZIP's own field for UTF-8 names wins when its
 * checksum shows that the name was not changed since.
 */
import { crc32 } from '../base/crc';

/** Code page 437, characters 128 to 255. */
const upperHalf =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const unicodePathField = 0x7075;

/** The text when the bytes are UTF-8, else undefined. */
function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function cp437Of(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : upperHalf[byte - 128])).join('');
}

/** The name in Info-ZIP's field, if it is there and belongs to `bytes`. */
function unicodePath(bytes: Uint8Array, extra: DataView): string | undefined {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    const end = at + 4 + extra.getUint16(at + 2, true);
    if (extra.getUint16(at, true) !== unicodePathField || end > extra.byteLength || end < at + 9) continue;
    if (extra.getUint8(at + 4) !== 1 || extra.getUint32(at + 5, true) !== crc32(bytes)) return undefined;
    return utf8Of(new Uint8Array(extra.buffer, extra.byteOffset + at + 9, end - at - 9));
  }
  return undefined;
}

export interface NameParts {
  readonly bytes: Uint8Array;
  readonly extra: DataView;
  /** General purpose flags of the entry. */
  readonly flags: number;
  /** Upper byte of "version made by". */
  readonly host: number;
}

/** FAT and NTFS; other systems may have a backslash in a name. */
const windowsHosts: readonly number[] = [0, 10];

/**
 * The name of an entry. Backslashes of Windows programs that have no other separator in the name separate folders (older .NET).
 * `damaged`: the flags say UTF-8 and the bytes are not.
 */
export function nameOf({ bytes, extra, flags, host }: NameParts): { readonly name: string; readonly damaged: boolean } {
  const utf8 = unicodePath(bytes, extra) ?? utf8Of(bytes);
  const name = utf8 ?? cp437Of(bytes);
  const separated = windowsHosts.includes(host) && !name.includes('/') ? name.replaceAll('\\', '/') : name;
  return { name: separated, damaged: utf8 === undefined && (flags & 0x800) !== 0 };
}
