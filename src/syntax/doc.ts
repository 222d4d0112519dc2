/**
 * Documents to be laid out within a width: text, places where a line may break, groups that break as one
 * (after Wadler, "A prettier printer", 2003, with the line suffix and forced breaks of later printers).
 * The formatter builds them; `layout` prints them.
 */

export type Doc = string | Made;

interface Traits {
  /** Holds a forced newline, or something after a waiting comment: the groups around it break. */
  readonly breaks: boolean;
  /** Ends with a waiting comment. */
  readonly waits: boolean;
  /** Holds text. */
  readonly full: boolean;
  /** Holds a place to break. */
  readonly lines: boolean;
}

type Made = Traits &
  (
    | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
    | { readonly kind: 'indent'; readonly doc: Doc }
    | { readonly kind: 'group'; readonly doc: Doc }
    /** A space or nothing when flat; a newline, or two, when broken. */
    | { readonly kind: 'line'; readonly flat: '' | ' '; readonly blank: boolean }
    /** A newline always. */
    | { readonly kind: 'hard' }
    /** A newline unless the line is still empty. */
    | { readonly kind: 'fresh' }
    /** Text that waits for the end of the line: a comment. */
    | { readonly kind: 'suffix'; readonly text: string }
    | { readonly kind: 'ifBroken'; readonly text: string }
  );

const NEUTRAL: Traits = { breaks: false, waits: false, full: false, lines: false };

/** A comma goes before a waiting comment, and space is nothing. */
const traits = (doc: Doc): Traits => (typeof doc === 'string' ? (/^[ ,]*$/.test(doc) ? NEUTRAL : FULL) : doc);
const FULL: Traits = { ...NEUTRAL, full: true };

export function concat(...parts: readonly Doc[]): Doc {
  let [breaks, waits, full, lines] = [false, false, false, false];
  let lineSince = false;
  for (const part of parts) {
    const of = traits(part);
    // What follows a comment in its group stands on another line.
    if (of.breaks || (waits && of.full && (lineSince || of.lines))) breaks = true;
    lineSince ||= of.lines;
    if (of.waits) [waits, lineSince] = [true, false];
    else if (of.full && lineSince) waits = false;
    full ||= of.full;
    lines ||= of.lines;
  }
  return { kind: 'concat', parts, breaks, waits, full, lines };
}

export const indent = (doc: Doc): Doc => ({ ...traits(doc), kind: 'indent', doc });
export const group = (doc: Doc): Doc => ({ ...traits(doc), kind: 'group', doc });
const LINE: Traits = { ...NEUTRAL, lines: true };
export const line: Doc = { ...LINE, kind: 'line', flat: ' ', blank: false };
export const soft: Doc = { ...LINE, kind: 'line', flat: '', blank: false };
export const hard: Doc = { ...LINE, kind: 'hard', breaks: true };
export const fresh: Doc = { ...LINE, kind: 'fresh', breaks: true };
/** A place to break that leaves an empty line. */
export const blankLine: Doc = { ...LINE, kind: 'line', flat: ' ', blank: true, breaks: true };
export const suffix = (text: string): Doc => ({ ...NEUTRAL, kind: 'suffix', text, waits: true });
export const ifBroken = (text: string): Doc => ({ ...NEUTRAL, kind: 'ifBroken', text });
/** Makes the groups around it break, and is nothing itself. */
export const forced: Doc = { ...NEUTRAL, kind: 'concat', parts: [], breaks: true };

interface Item {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

export interface LaidOut {
  readonly text: string;
  /** A waiting comment went behind other text than a comma, so a second layout may differ. */
  readonly moved: boolean;
}

/** The text of a document, lines at most `width` wide where breaking can help; no space at the ends of lines. */
export function layout(doc: Doc, width: number, step = 2): LaidOut {
  return new Layout(width, step).run(doc);
}

class Layout {
  private readonly out: string[] = [];
  private readonly width: number;
  private readonly step: number;
  /** The line being written. */
  private current = '';
  /** The comment that waits for its end. */
  private suffix = '';
  private moved = false;

  constructor(width: number, step: number) {
    this.width = width;
    this.step = step;
  }

  run(doc: Doc): LaidOut {
    const stack: Item[] = [{ doc, indent: 0, flat: false }];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) this.print(item, stack);
    this.endLine();
    return { text: this.out.join('\n'), moved: this.moved };
  }

  private endLine(): void {
    this.out.push(this.current.trimEnd() + this.suffix);
    this.current = '';
    this.suffix = '';
  }

  private newline(indent: number): void {
    this.endLine();
    this.current = ' '.repeat(indent);
  }

  private print({ doc, indent: level, flat }: Item, stack: Item[]): void {
    if (typeof doc === 'string') {
      this.current += doc;
      if (this.suffix !== '' && traits(doc).full) this.moved = true;
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
        // Two comments cannot end one line: the first goes above it.
        if (this.suffix !== '') {
          this.out.push(`${/^ */.exec(this.current)?.[0] ?? ''}${this.suffix.trim()}`);
          this.moved = true;
        }
        this.suffix = doc.text;
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
