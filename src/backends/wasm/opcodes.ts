/**
 * The instructions that we emit, as data: name to the bytes of the opcode, grouped by what follows it. Numbers as in the
 * WebAssembly core specification, with fixed-width SIMD. The encoder asks these tables and knows no opcode of its own.
 */

/** A byte, or a byte after the prefixes `fc` (saturating, bulk memory), `fd` (SIMD) and `fe` (atomic). */
const FC = 0xfc00;
const FD = 0xfd00;
const FE = 0xfe00;

/** Instructions that are nothing but their opcode. */
// biome-ignore format: a table reads better in rows
export const PLAIN = {
  unreachable: 0x00, return: 0x0f, drop: 0x1a, select: 0x1b,
  'i32.eqz': 0x45, 'i32.eq': 0x46, 'i32.ne': 0x47, 'i32.lt_s': 0x48, 'i32.lt_u': 0x49, 'i32.gt_s': 0x4a, 'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c, 'i32.le_u': 0x4d, 'i32.ge_s': 0x4e, 'i32.ge_u': 0x4f,
  'i32.add': 0x6a, 'i32.sub': 0x6b, 'i32.mul': 0x6c, 'i32.div_s': 0x6d, 'i32.div_u': 0x6e, 'i32.rem_s': 0x6f, 'i32.rem_u': 0x70,
  'i32.and': 0x71, 'i32.or': 0x72, 'i32.xor': 0x73, 'i32.shl': 0x74, 'i32.shr_s': 0x75, 'i32.shr_u': 0x76,
  'f32.eq': 0x5b, 'f32.ne': 0x5c, 'f32.lt': 0x5d, 'f32.gt': 0x5e, 'f32.le': 0x5f, 'f32.ge': 0x60,
  'f64.eq': 0x61, 'f64.ne': 0x62, 'f64.lt': 0x63, 'f64.gt': 0x64, 'f64.le': 0x65, 'f64.ge': 0x66,
  'f32.abs': 0x8b, 'f32.neg': 0x8c, 'f32.ceil': 0x8d, 'f32.floor': 0x8e, 'f32.trunc': 0x8f, 'f32.nearest': 0x90, 'f32.sqrt': 0x91,
  'f32.add': 0x92, 'f32.sub': 0x93, 'f32.mul': 0x94, 'f32.div': 0x95,
  'f64.abs': 0x99, 'f64.neg': 0x9a, 'f64.ceil': 0x9b, 'f64.floor': 0x9c, 'f64.trunc': 0x9d, 'f64.nearest': 0x9e, 'f64.sqrt': 0x9f,
  'f64.add': 0xa0, 'f64.sub': 0xa1, 'f64.mul': 0xa2, 'f64.div': 0xa3,
  'i64.mul': 0x7e, 'i64.shl': 0x86, 'i32.wrap_i64': 0xa7, 'i64.extend_i32_s': 0xac,
  'f32.convert_i32_s': 0xb2, 'f32.demote_f64': 0xb6, 'f64.convert_i32_s': 0xb7, 'f64.promote_f32': 0xbb,
  'i32.reinterpret_f32': 0xbc, 'f32.reinterpret_i32': 0xbe, 'f64.reinterpret_i64': 0xbf,
  'i32.trunc_sat_f32_s': FC + 0, 'i32.trunc_sat_f64_s': FC + 2,
  'i32x4.splat': FD + 0x11, 'i64x2.splat': FD + 0x12, 'f32x4.splat': FD + 0x13, 'f64x2.splat': FD + 0x14,
  'i32x4.eq': FD + 0x37, 'i32x4.ne': FD + 0x38, 'i32x4.lt_s': FD + 0x39, 'i32x4.gt_s': FD + 0x3b,
  'f32x4.eq': FD + 0x41, 'f32x4.ne': FD + 0x42, 'f32x4.lt': FD + 0x43, 'f32x4.gt': FD + 0x44, 'f32x4.le': FD + 0x45, 'f32x4.ge': FD + 0x46,
  'f64x2.eq': FD + 0x47, 'f64x2.ne': FD + 0x48, 'f64x2.lt': FD + 0x49, 'f64x2.gt': FD + 0x4a, 'f64x2.le': FD + 0x4b, 'f64x2.ge': FD + 0x4c,
  'v128.not': FD + 0x4d, 'v128.and': FD + 0x4e, 'v128.andnot': FD + 0x4f, 'v128.or': FD + 0x50, 'v128.xor': FD + 0x51,
  'v128.bitselect': FD + 0x52, 'v128.any_true': FD + 0x53,
  'f32x4.demote_f64x2_zero': FD + 0x5e, 'f64x2.promote_low_f32x4': FD + 0x5f,
  'f32x4.ceil': FD + 0x67, 'f32x4.floor': FD + 0x68, 'f32x4.trunc': FD + 0x69, 'f32x4.nearest': FD + 0x6a,
  'f64x2.ceil': FD + 0x74, 'f64x2.floor': FD + 0x75, 'f64x2.trunc': FD + 0x7a, 'f64x2.nearest': FD + 0x94,
  'i32x4.abs': FD + 0xa0, 'i32x4.neg': FD + 0xa1, 'i32x4.all_true': FD + 0xa3, 'i32x4.bitmask': FD + 0xa4,
  'i32x4.shl': FD + 0xab, 'i32x4.shr_s': FD + 0xac, 'i32x4.shr_u': FD + 0xad,
  'i32x4.add': FD + 0xae, 'i32x4.sub': FD + 0xb1, 'i32x4.mul': FD + 0xb5,
  'i64x2.extend_low_i32x4_s': FD + 0xc7, 'i64x2.extend_high_i32x4_s': FD + 0xc8, 'i64x2.shl': FD + 0xcb,
  'f32x4.abs': FD + 0xe0, 'f32x4.neg': FD + 0xe1, 'f32x4.sqrt': FD + 0xe3, 'f32x4.add': FD + 0xe4, 'f32x4.sub': FD + 0xe5,
  'f32x4.mul': FD + 0xe6, 'f32x4.div': FD + 0xe7, 'f32x4.pmin': FD + 0xea, 'f32x4.pmax': FD + 0xeb,
  'f64x2.abs': FD + 0xec, 'f64x2.neg': FD + 0xed, 'f64x2.sqrt': FD + 0xef, 'f64x2.add': FD + 0xf0, 'f64x2.sub': FD + 0xf1,
  'f64x2.mul': FD + 0xf2, 'f64x2.div': FD + 0xf3, 'f64x2.pmin': FD + 0xf6, 'f64x2.pmax': FD + 0xf7,
  'i32x4.trunc_sat_f32x4_s': FD + 0xf8, 'f32x4.convert_i32x4_s': FD + 0xfa,
  'i32x4.trunc_sat_f64x2_s_zero': FD + 0xfc, 'f64x2.convert_low_i32x4_s': FD + 0xfe,
} as const;

/** Loads and stores: an alignment hint and an offset follow. */
export const MEMORY = {
  'i32.load': 0x28,
  'f32.load': 0x2a,
  'f64.load': 0x2b,
  'i32.store': 0x36,
  'f32.store': 0x38,
  'f64.store': 0x39,
  'v128.load': FD + 0x00,
  'v128.load32_splat': FD + 0x09,
  'v128.load32_zero': FD + 0x5c,
  'v128.store': FD + 0x0b,
} as const;

/** Loads, stores and meetings of shared words; as `MEMORY`, but always aligned. `wait32` takes the expected word and nanoseconds. */
export const ATOMIC = {
  'memory.atomic.notify': FE + 0x00,
  'memory.atomic.wait32': FE + 0x01,
  'i32.atomic.load': FE + 0x10,
  'i32.atomic.store': FE + 0x17,
  'i32.atomic.rmw.add': FE + 0x1e,
  'i32.atomic.rmw.sub': FE + 0x25,
} as const;

/** Instructions that name one lane. */
export const LANE = {
  'i32x4.extract_lane': FD + 0x1b,
  'i32x4.replace_lane': FD + 0x1c,
  'f32x4.extract_lane': FD + 0x1f,
  'f32x4.replace_lane': FD + 0x20,
  'f64x2.extract_lane': FD + 0x21,
  'f64x2.replace_lane': FD + 0x22,
} as const;

/** Instructions that the encoder gives methods of their own. */
export const FORM = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  i32: 0x41,
  f32: 0x43,
  f64: 0x44,
  v128: FD + 0x0c,
  shuffle: FD + 0x0d,
  copy: FC + 0x0a,
  fill: FC + 0x0b,
} as const;

export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

export type PlainOp = keyof typeof PLAIN;
export type MemoryOp = keyof typeof MEMORY;
export type AtomicOp = keyof typeof ATOMIC;
export type LaneOp = keyof typeof LANE;
export type ValueType = keyof typeof TYPE;
