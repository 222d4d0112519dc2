/** Local scopes: what names mean inside one definition, and which of them were used. */
import type { Span } from '../text/span.ts';
import type { Local } from './core.ts';
import type { Size } from './types.ts';

export interface LocalEntry {
  readonly local: Local;
  /** What it is called when nothing uses it: `parameter`, `local`. */
  readonly what: string;
  used: boolean;
  /** The value of an int that is known as a size (`let k = n + 1;`). */
  readonly size?: Size;
  /** Of the index of a range loop: it lies below. */
  readonly end?: Size;
  /** A bool that the compiler knows (`let first = i == 0;`). */
  readonly isKnown?: boolean;
}

export type ScopeEntry =
  | LocalEntry
  /** A size or type parameter. */
  | { readonly generic: 'type' | 'size'; readonly name: string; readonly at: Span; used: boolean };

export class Scope {
  private readonly frames: Map<string, ScopeEntry>[] = [];
  private readonly onUnused: (name: string, entry: ScopeEntry) => unknown;

  constructor(onUnused: (name: string, entry: ScopeEntry) => unknown) {
    this.onUnused = onUnused;
  }

  /** Runs `f` in a scope of its own; names that were not used in it are reported when it ends. */
  within<T>(f: () => T): T {
    const frame = new Map<string, ScopeEntry>();
    this.frames.push(frame);
    const result = f();
    this.frames.pop();
    for (const [name, entry] of frame) this.noteUnused(name, entry);
    return result;
  }

  /** Declares a name in the innermost scope; an earlier one of the same name is shadowed. */
  declare(name: string, entry: ScopeEntry): void {
    const frame = this.frames[this.frames.length - 1];
    const shadowed = frame?.get(name);
    if (shadowed) this.noteUnused(name, shadowed);
    frame?.set(name, entry);
  }

  find(name: string): ScopeEntry | undefined {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const entry = this.frames[i]?.get(name);
      if (entry) return entry;
    }
    return undefined;
  }

  *names(): Iterable<string> {
    for (const frame of this.frames) yield* frame.keys();
  }

  private noteUnused(name: string, entry: ScopeEntry): void {
    if (!entry.used && !name.startsWith('_')) this.onUnused(name, entry);
  }
}
