/** Bytes that grow, with the number formats of WebAssembly: LEB128 for integers, little-endian for floats. */

export interface ByteWriter {
  readonly length: number;
  byte(value: number): void;
  bytes(values: ArrayLike<number>): void;
  /** Unsigned LEB128, for 0 <= value < 2^32. */
  unsigned(value: number): void;
  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void;
  f32(value: number): void;
  f64(value: number): void;
  /** A length, then the UTF-8 of ASCII text. */
  name(text: string): void;
  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer>;
}

const scratch = new DataView(new ArrayBuffer(8));

/** Little-endian bytes of float32 numbers; every NaN is written as 0x7fc00000, so that equal modules have equal bytes. */
export function f32Bytes(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    if (Number.isNaN(value)) scratch.setUint32(0, 0x7fc00000, true);
    else scratch.setFloat32(0, value, true);
    return [0, 1, 2, 3].map((i) => scratch.getUint8(i));
  });
}

export function f64Bytes(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    if (Number.isNaN(value)) {
      scratch.setUint32(0, 0, true);
      scratch.setUint32(4, 0x7ff80000, true);
    } else scratch.setFloat64(0, value, true);
    return [0, 1, 2, 3, 4, 5, 6, 7].map((i) => scratch.getUint8(i));
  });
}

export function i32Bytes(values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255]);
}

export function byteWriter(): ByteWriter {
  let data = new Uint8Array(256);
  let length = 0;
  const room = (count: number): void => {
    if (length + count <= data.length) return;
    const larger = new Uint8Array(Math.max(2 * data.length, length + count));
    larger.set(data.subarray(0, length));
    data = larger;
  };
  const w: ByteWriter = {
    get length() {
      return length;
    },
    byte(value) {
      room(1);
      data[length++] = value;
    },
    bytes(values) {
      room(values.length);
      data.set(values, length);
      length += values.length;
    },
    unsigned(value) {
      let rest = value >>> 0;
      for (; rest > 127; rest >>>= 7) w.byte((rest & 127) | 128);
      w.byte(rest);
    },
    signed(value) {
      let rest = value | 0;
      for (; rest > 63 || rest < -64; rest >>= 7) w.byte((rest & 127) | 128);
      w.byte(rest & 127);
    },
    f32: (value) => w.bytes(f32Bytes([value])),
    f64: (value) => w.bytes(f64Bytes([value])),
    name(text) {
      w.unsigned(text.length);
      w.bytes([...text].map((c) => c.charCodeAt(0)));
    },
    finish: () => data.slice(0, length),
  };
  return w;
}
