/** The standard library as data: the text of each module and the names it declares. The checker finds `std/...` here. */
import { MODULES } from './generated.ts';

export interface LibraryModule {
  readonly exports: readonly string[];
  readonly text: string;
}

export const LIBRARY: Readonly<Record<string, LibraryModule>> = MODULES;

export const libraryPaths = (): readonly string[] => Object.keys(LIBRARY);

/** The text of a library module: `stdSource('std/loss')`. */
export const stdSource = (path: string): string | undefined =>
  Object.hasOwn(LIBRARY, path) ? LIBRARY[path]?.text : undefined;
