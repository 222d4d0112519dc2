import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '../../src/num/bytes.ts';
import { randomStream } from '../../src/num/random.ts';
import { sha256 } from '../../src/num/sha256.ts';

function bytes(length: number, stream: number): Uint8Array {
  const random = randomStream(11, stream);
  return Uint8Array.from({ length }, () => random.below(256));
}

describe('SHA-256', () => {
  it('gives the published digests', () => {
    expect(sha256(utf8Encode(''))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256(utf8Encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(utf8Encode('a'.repeat(1_000_000)))).toBe(
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    );
  });

  it('agrees with another implementation for every length up to three blocks', () => {
    for (let n = 0; n <= 200; n++)
      expect(sha256(bytes(n, n))).toBe(createHash('sha256').update(bytes(n, n)).digest('hex'));
  });
});

describe('Base64', () => {
  it('goes there and back for every length', () => {
    for (let n = 0; n <= 70; n++) {
      const text = base64Encode(bytes(n, n));
      expect(text).toBe(Buffer.from(bytes(n, n)).toString('base64'));
      expect(base64Decode(text)).toEqual(bytes(n, n));
    }
  });

  it('takes canonical text only', () => {
    for (const text of ['A', 'AB', 'ABC', 'A===', '====', 'AB=C', 'AB C', 'AB-_', 'AB==', 'ABD=']) {
      expect(base64Decode(text), text).toBeUndefined();
    }
    expect(base64Decode('AA==')).toEqual(Uint8Array.of(0));
  });
});

describe('UTF-8', () => {
  it('goes there and back, byte order marks included', () => {
    for (const text of ['', 'weights', 'sūtra 𝄞', '\ufeffx']) expect(utf8Decode(utf8Encode(text))).toBe(text);
  });

  it('refuses what is not UTF-8', () => {
    expect(utf8Decode(Uint8Array.of(0xff))).toBeUndefined();
    expect(utf8Decode(Uint8Array.of(0xc0, 0x80))).toBeUndefined();
    expect(utf8Decode(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined();
  });
});
