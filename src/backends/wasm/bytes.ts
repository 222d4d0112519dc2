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

/** Little-endian bytes of float32 numbers; every NaN is written as 0x7fc00000, so that equal modules have equal bytes. */
export function f32Bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) view.setUint32(4 * i, 0x7fc00000, true);
    else view.setFloat32(4 * i, value, true);
  }
  return new Uint8Array(view.buffer);
}

export function f64Bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) view.setUint32(8 * i + 4, 0x7ff80000, true);
    else view.setFloat64(8 * i, value, true);
  }
  return new Uint8Array(view.buffer);
}

export function i32Bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setInt32(4 * i, value, true);
  return new Uint8Array(view.buffer);
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
