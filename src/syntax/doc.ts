/**
 * Documents to be laid out within a width: text, places where a line may break, groups that break as one
 * (after Wadler, "A prettier printer", 2003, with the line suffixes and forced breaks of later printers).
 * The formatter builds them; `layout` prints them.
 */

export type Doc = string | Made;

type Made = { readonly breaks: boolean } & (
  | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
  | { readonly kind: 'indent'; readonly doc: Doc }
  | { readonly kind: 'group'; readonly doc: Doc }
  /** A space (`line`) or nothing (`soft`) when flat; a newline when broken. */
  | { readonly kind: 'line'; readonly flat: '' | ' '; readonly blank: boolean }
  /** A newline always. */
  | { readonly kind: 'hard' }
  /** A newline unless the line is still empty. */
  | { readonly kind: 'fresh' }
  /** Text that waits for the end of the line: a comment. */
  | { readonly kind: 'suffix'; readonly text: string }
  | { readonly kind: 'ifBroken'; readonly text: string }
);

const breaking = (doc: Doc): boolean => typeof doc !== 'string' && doc.breaks;

export const concat = (...parts: readonly Doc[]): Doc => ({ kind: 'concat', parts, breaks: parts.some(breaking) });
export const indent = (doc: Doc): Doc => ({ kind: 'indent', doc, breaks: breaking(doc) });
export const group = (doc: Doc): Doc => ({ kind: 'group', doc, breaks: breaking(doc) });
export const line: Doc = { kind: 'line', flat: ' ', blank: false, breaks: false };
export const soft: Doc = { kind: 'line', flat: '', blank: false, breaks: false };
export const hard: Doc = { kind: 'hard', breaks: true };
export const fresh: Doc = { kind: 'fresh', breaks: true };
/** A place to break that leaves an empty line. */
export const blankLine: Doc = { kind: 'line', flat: ' ', blank: true, breaks: true };
export const suffix = (text: string): Doc => ({ kind: 'suffix', text, breaks: true });
export const ifBroken = (text: string): Doc => ({ kind: 'ifBroken', text, breaks: false });
/** Makes the groups around it break, and is nothing itself. */
export const forced: Doc = { kind: 'concat', parts: [], breaks: true };
export const join = (separator: Doc, docs: readonly Doc[]): Doc =>
  concat(...docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc])));

interface Item {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

/** The text of a document, lines at most `width` wide where breaking can help; no space at the ends of lines. */
export function layout(doc: Doc, width: number, step = 2): string {
  return new Layout(width, step).run(doc);
}

class Layout {
  private readonly out: string[] = [];
  private readonly width: number;
  private readonly step: number;
  /** The line being written. */
  private current = '';
  private suffixes = '';

  constructor(width: number, step: number) {
    this.width = width;
    this.step = step;
  }

  run(doc: Doc): string {
    const stack: Item[] = [{ doc, indent: 0, flat: false }];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) this.print(item, stack);
    this.endLine();
    return this.out.join('\n');
  }

  private endLine(): void {
    this.out.push(`${this.current}${this.suffixes}`.trimEnd());
    this.current = '';
    this.suffixes = '';
  }

  private newline(indent: number): void {
    this.endLine();
    this.current = ' '.repeat(indent);
  }

  private print({ doc, indent: level, flat }: Item, stack: Item[]): void {
    if (typeof doc === 'string') {
      this.current += doc;
      return;
    }
    switch (doc.kind) {
      case 'concat':
        for (let i = doc.parts.length - 1; i >= 0; i--) stack.push({ doc: doc.parts[i] ?? '', indent: level, flat });
        return;
      case 'indent':
        stack.push({ doc: doc.doc, indent: level + this.step, flat });
        return;
      case 'group':
        stack.push({ doc: doc.doc, indent: level, flat: !doc.breaks && (flat || this.fits(doc.doc, stack)) });
        return;
      case 'line':
        if (flat) this.current += doc.flat;
        else {
          if (doc.blank) this.endLine();
          this.newline(level);
        }
        return;
      case 'hard':
        this.newline(level);
        return;
      case 'fresh':
        if (this.current.trim() !== '') this.newline(level);
        return;
      case 'suffix':
        this.suffixes += doc.text;
        return;
      case 'ifBroken':
        if (!flat) this.current += doc.text;
        return;
      default:
        doc satisfies never;
    }
  }

  /** Whether `doc`, flat, and what follows it up to the next newline fit on the line. */
  private fits(doc: Doc, after: readonly Item[]): boolean {
    let left = this.width - this.current.length;
    let next = after.length - 1;
    const stack: { doc: Doc; flat: boolean }[] = [{ doc, flat: true }];
    while (left >= 0) {
      const item = stack.pop() ?? after[next--];
      if (item === undefined) return true;
      if (typeof item.doc === 'string') {
        left -= item.doc.length;
        continue;
      }
      switch (item.doc.kind) {
        case 'concat':
          for (let i = item.doc.parts.length - 1; i >= 0; i--) {
            stack.push({ doc: item.doc.parts[i] ?? '', flat: item.flat });
          }
          break;
        case 'indent':
          stack.push({ doc: item.doc.doc, flat: item.flat });
          break;
        case 'group':
          stack.push({ doc: item.doc.doc, flat: item.flat && !item.doc.breaks });
          break;
        case 'line':
          if (!item.flat) return true;
          left -= item.doc.flat.length;
          break;
        case 'ifBroken':
          if (!item.flat) left -= item.doc.text.length;
          break;
        case 'hard':
        case 'fresh':
          return true;
        default:
      }
    }
    return false;
  }
}
