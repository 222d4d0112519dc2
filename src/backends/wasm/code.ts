/**
 * The body of one function, instruction by instruction: locals that are handed out and taken back, structured control
 * flow as callbacks. It checks nothing that `WebAssembly.validate` checks.
 */
import { invariant } from '../../text/result.ts';
import { byteWriter, f32Bytes, f64Bytes, i32Bytes } from './bytes.ts';
import {
  ATOMIC,
  type AtomicOp,
  FORM,
  LANE,
  type LaneOp,
  MEMORY,
  type MemoryOp,
  PLAIN,
  type PlainOp,
  TYPE,
  type ValueType,
} from './opcodes.ts';

/** The number of a local; parameters come first. */
export type Local = number & { readonly __local: true };

export interface Code {
  /** A local of this type, perhaps one that was freed: its value is not defined. */
  local(type: ValueType): Local;
  /** Gives a local back; another may then hold it. */
  free(local: Local): void;
  op(name: PlainOp): void;
  get(local: Local): void;
  set(local: Local): void;
  tee(local: Local): void;
  i32(value: number): void;
  f32(value: number): void;
  f64(value: number): void;
  /** A constant vector of four lanes or two halves. */
  f32x4(values: readonly number[]): void;
  i32x4(values: readonly number[]): void;
  f64x2(values: readonly number[]): void;
  /** A load or a store at the address on the stack plus `offset`. */
  memory(name: MemoryOp, offset?: number): void;
  /** An atomic access to the aligned word at the address on the stack plus `offset`. */
  atomic(name: AtomicOp, offset: number): void;
  lane(name: LaneOp, lane: number): void;
  /** Sixteen bytes of the two vectors on the stack: 0-15 of the first, 16-31 of the second. */
  shuffle(bytes: readonly number[]): void;
  block(body: () => void): void;
  /** A branch of depth 0 within the body goes back to its start. */
  loop(body: () => void): void;
  /** Takes a condition; runs one of the two. */
  branch(then: () => void, otherwise?: () => void): void;
  br(depth: number): void;
  brIf(depth: number): void;
  call(index: number): void;
  /** memory.copy and memory.fill: destination, source (or byte), count of bytes on the stack. */
  copy(): void;
  fill(): void;
}

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

const EMPTY = 0x40;

/** Writes a body; gives the bytes of its entry in the code section, without their length. */
export function functionBody(type: FunctionType, build: (code: Code, params: readonly Local[]) => void): Uint8Array {
  const out = byteWriter();
  const types: ValueType[] = [...type.params];
  const spare = new Map<ValueType, Local[]>();
  const opcode = (value: number): void => {
    if (value < 0x100) out.byte(value);
    else {
      out.byte(value >> 8);
      out.unsigned(value & 0xff);
    }
  };
  const indexed = (form: number, index: number): void => {
    opcode(form);
    out.unsigned(index);
  };
  const vector = (bytes: Uint8Array): void => {
    invariant(bytes.length === 16, 'a vector has 16 bytes');
    opcode(FORM.v128);
    out.bytes(bytes);
  };
  const nested = (form: number, body: () => void): void => {
    opcode(form);
    out.byte(EMPTY);
    body();
    opcode(FORM.end);
  };
  const code: Code = {
    local(wanted) {
      const free = spare.get(wanted)?.pop();
      return free ?? ((types.push(wanted) - 1) as Local);
    },
    free(local) {
      const of = types[local] as ValueType;
      const list = spare.get(of);
      if (list) list.push(local);
      else spare.set(of, [local]);
    },
    op: (name) => opcode(PLAIN[name]),
    get: (local) => indexed(FORM.get, local),
    set: (local) => indexed(FORM.set, local),
    tee: (local) => indexed(FORM.tee, local),
    i32(value) {
      opcode(FORM.i32);
      out.signed(value);
    },
    f32(value) {
      opcode(FORM.f32);
      out.f32(value);
    },
    f64(value) {
      opcode(FORM.f64);
      out.f64(value);
    },
    f32x4: (values) => vector(f32Bytes(values)),
    i32x4: (values) => vector(i32Bytes(values)),
    f64x2: (values) => vector(f64Bytes(values)),
    memory(name, offset = 0) {
      opcode(MEMORY[name]);
      // The hint says float32 alignment at most: rows of any length follow each other without gaps.
      out.unsigned(2);
      out.unsigned(offset);
    },
    atomic(name, offset) {
      opcode(ATOMIC[name]);
      out.unsigned(2);
      out.unsigned(offset);
    },
    lane(name, lane) {
      opcode(LANE[name]);
      out.byte(lane);
    },
    shuffle(bytes) {
      invariant(bytes.length === 16, 'a shuffle names 16 bytes');
      opcode(FORM.shuffle);
      out.bytes(bytes);
    },
    block: (body) => nested(FORM.block, body),
    loop: (body) => nested(FORM.loop, body),
    branch(then, otherwise) {
      nested(FORM.if, () => {
        then();
        if (!otherwise) return;
        opcode(FORM.else);
        otherwise();
      });
    },
    br: (depth) => indexed(FORM.br, depth),
    brIf: (depth) => indexed(FORM.brIf, depth),
    call: (index) => indexed(FORM.call, index),
    copy() {
      opcode(FORM.copy);
      out.bytes([0, 0]);
    },
    fill() {
      opcode(FORM.fill);
      out.byte(0);
    },
  };
  build(
    code,
    type.params.map((_, i) => i as Local),
  );
  opcode(FORM.end);
  return withLocals(types.slice(type.params.length), out.finish());
}

/** Locals are declared as runs of one type. */
function withLocals(types: readonly ValueType[], body: Uint8Array): Uint8Array {
  const runs: { type: ValueType; count: number }[] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  const out = byteWriter();
  out.unsigned(runs.length);
  for (const { type, count } of runs) {
    out.unsigned(count);
    out.byte(TYPE[type]);
  }
  out.bytes(body);
  return out.finish();
}
