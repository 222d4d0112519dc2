/** The part of the host's WebAssembly interface that we use, typed; nothing else in the house names `WebAssembly`. */

export interface Memory {
  readonly buffer: ArrayBuffer;
}

/** Memory that several threads see, and that can be sent to them. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

export type Exports = Readonly<Record<string, (...args: number[]) => number | undefined>>;
type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

declare const WebAssembly: {
  readonly Memory: {
    new (limits: { initial: number; maximum: number; shared: true }): SharedMemory;
    new (limits: { initial: number }): Memory;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Imports) => { readonly exports: Exports };
  validate(bytes: Uint8Array): boolean;
};

export const PAGE = 65536;
/** What WebAssembly can address. */
export const MOST_PAGES = 65536;

/** Zeroed memory of at least this many bytes, and at least one page. Nothing where the host has not so much. */
export function newMemory(bytes: number): Memory | undefined {
  try {
    return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE)) });
  } catch {
    return undefined;
  }
}

/** Whether there is memory for several threads: in a page only if it is isolated from other origins. */
export const sharesMemory = (): boolean => typeof SharedArrayBuffer !== 'undefined';

/** As `newMemory`, for several threads; it never grows. Nothing where the host has not so much. */
export function newSharedMemory(bytes: number): SharedMemory | undefined {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}

export const validate = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes);

/** Compiles and instantiates at once, synchronously. */
export const instantiate = (bytes: Uint8Array, imports: Imports): Exports =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
