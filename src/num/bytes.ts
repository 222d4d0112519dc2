/** Text as bytes: UTF-8 and Base64, for files and hashes. */

const encoder = new TextEncoder();

export const utf8Encode = (text: string): Uint8Array => encoder.encode(text);

/** The text, or `undefined` when the bytes are not well-formed UTF-8. A byte order mark is kept. */
export function utf8Decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 with padding (RFC 4648, section 4). */
export function base64Encode(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) text += i + k > bytes.length ? '=' : ALPHABET[(triple >> (18 - 6 * k)) & 63];
  }
  return text;
}

/** The bytes, or `undefined` when the text is not canonical padded Base64. */
export function base64Decode(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const body = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let buffer = 0;
  let filled = 0;
  let at = 0;
  for (const letter of body) {
    buffer = ((buffer << 6) | ALPHABET.indexOf(letter)) & 0xffffff;
    filled += 6;
    if (filled < 8) continue;
    filled -= 8;
    bytes[at++] = (buffer >> filled) & 0xff;
  }
  return base64Encode(bytes) === text ? bytes : undefined;
}
