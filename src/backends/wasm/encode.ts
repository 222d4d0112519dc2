/**
 * Our own emitter of WebAssembly binaries: types, imports, functions, exports and data become the bytes of a module. The
 * same calls give the same bytes. Used by the wasm backend for plans and by tests for single kernels.
 */
import { must } from '../../text/result.ts';
import { type ByteWriter, byteWriter } from './bytes.ts';
import { type Code, type FunctionType, functionBody, type Local } from './code.ts';
import { TYPE } from './opcodes.ts';

/** Sizes in pages of 64 KiB. A shared memory needs `most`. */
export interface MemoryLimits {
  readonly least: number;
  readonly most?: number;
  readonly shared?: boolean;
}

export interface ModuleBuilder {
  /** The memory that all functions use, given by the host. */
  importMemory(module: string, name: string, limits: MemoryLimits): void;
  /** Imports stand before functions. Gives the index that `call` takes. */
  importFunction(module: string, name: string, type: FunctionType): number;
  function(type: FunctionType, build: (code: Code, params: readonly Local[]) => void): number;
  exportFunction(name: string, index: number): void;
  /** A memory of its own, in place of an imported one, that the host sees under this name. */
  exportMemory(name: string, limits: MemoryLimits): void;
  /** A section that nothing executes: what the module says about itself. */
  custom(name: string, bytes: Uint8Array): void;
  /** Bytes that stand at `offset` when the module is instantiated. */
  data(offset: number, bytes: Uint8Array): void;
  finish(): Uint8Array<ArrayBuffer>;
}

const SECTION = { custom: 0, type: 1, import: 2, function: 3, memory: 5, export: 7, code: 10, data: 11 } as const;

type Entry = (w: ByteWriter) => void;

export function moduleBuilder(): ModuleBuilder {
  const types: FunctionType[] = [];
  const imports: Entry[] = [];
  const declared: number[] = [];
  const bodies: Uint8Array[] = [];
  const exports: Entry[] = [];
  const data: Entry[] = [];
  const memories: Entry[] = [];
  const customs: Entry[] = [];
  let importedFunctions = 0;
  const typeIndex = (type: FunctionType): number => {
    const known = types.findIndex(
      (t) => t.params.join() === type.params.join() && t.results.join() === type.results.join(),
    );
    return known >= 0 ? known : types.push(type) - 1;
  };
  return {
    importMemory(module, name, limits) {
      imports.push((w) => {
        w.name(module);
        w.name(name);
        w.byte(0x02);
        memoryType(w, limits);
      });
    },
    exportMemory(name, limits) {
      memories.push((w) => memoryType(w, limits));
      exports.push((w) => {
        w.name(name);
        w.byte(0x02);
        w.unsigned(0);
      });
    },
    custom(name, bytes) {
      customs.push((w) => {
        const body = byteWriter();
        body.name(name);
        body.bytes(bytes);
        w.byte(SECTION.custom);
        sized(w, body.finish());
      });
    },
    importFunction(module, name, type) {
      const index = typeIndex(type);
      imports.push((w) => {
        w.name(module);
        w.name(name);
        w.byte(0x00);
        w.unsigned(index);
      });
      return importedFunctions++;
    },
    function(type, build) {
      declared.push(typeIndex(type));
      return importedFunctions + bodies.push(functionBody(type, build)) - 1;
    },
    exportFunction(name, index) {
      exports.push((w) => {
        w.name(name);
        w.byte(0x00);
        w.unsigned(index);
      });
    },
    data(offset, bytes) {
      data.push((w) => {
        w.byte(0x00);
        w.byte(0x41);
        w.signed(offset);
        w.byte(0x0b);
        w.unsigned(bytes.length);
        w.bytes(bytes);
      });
    },
    finish() {
      const w = byteWriter();
      w.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
      section(
        w,
        SECTION.type,
        types.map((type) => (s) => functionType(s, type)),
      );
      section(w, SECTION.import, imports);
      section(
        w,
        SECTION.function,
        declared.map((index) => (s) => s.unsigned(index)),
      );
      section(w, SECTION.memory, memories);
      section(w, SECTION.export, exports);
      section(
        w,
        SECTION.code,
        bodies.map((_, i) => (s) => sized(s, must(bodies[i]))),
      );
      section(w, SECTION.data, data);
      for (const custom of customs) custom(w);
      return w.finish();
    },
  };
}

function memoryType(w: ByteWriter, { least, most, shared = false }: MemoryLimits): void {
  w.byte((most === undefined ? 0 : 1) | (shared ? 2 : 0));
  w.unsigned(least);
  if (most !== undefined) w.unsigned(most);
}

function functionType(w: ByteWriter, { params, results }: FunctionType): void {
  w.byte(0x60);
  for (const list of [params, results]) {
    w.unsigned(list.length);
    for (const type of list) w.byte(TYPE[type]);
  }
}

function sized(w: ByteWriter, bytes: Uint8Array): void {
  w.unsigned(bytes.length);
  w.bytes(bytes);
}

/** A section is its number, its size, and a counted list. Empty ones are left out. */
function section(w: ByteWriter, id: number, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  const body = byteWriter();
  body.unsigned(entries.length);
  for (const entry of entries) entry(body);
  w.byte(id);
  sized(w, body.finish());
}
