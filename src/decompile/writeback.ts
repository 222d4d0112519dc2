/**
 * Write-back: sites and parameters to edits on the original text. Nothing else of the text changes.
 */
import type { Source } from '../text/span.ts';

export interface WriteBack {
  /** The user's files that changed: old and new text. */
  readonly files: readonly { readonly name: string; readonly before: Source; readonly after: string; readonly edits: number }[];
  /** Safetensors files beside the programs. */
  readonly sides: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}
