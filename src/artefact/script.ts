/** Words of the JavaScript that the printers of conversions write: lines, constants that are made once, addresses, names. */

export interface Text {
  line(text: string): void;
  /** A constant beside the functions, each once; gives its name. */
  constant(value: string): string;
}

export function newText(indent: string, known: Map<string, string>): Text & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    line: (text) => void lines.push(`${indent}${text}`),
    constant(value) {
      const name = known.get(value) ?? `k${known.size}`;
      known.set(value, name);
      return name;
    },
  };
}

export const quote = (value: string | readonly string[]): string => JSON.stringify(value);

/** An object as the value of a constant. */
export const constants = (value: object): string => JSON.stringify(value);

/** This name would set a prototype instead of a property. */
const PROTO = '__proto__';

export const key = (name: string): string => (name === PROTO ? `["${PROTO}"]` : name);
export const member = (of: string, name: string): string => `${of}.${name}`;

/** The word of an element of a leaf. */
export const wordAt = (leaf: number, element: string, width: number): string =>
  width === 1 ? `a${leaf} + ${element}` : `a${leaf} + ${element} * ${width}`;

/** For the inside of braces. */
export const indented = (text: Text): Text => ({ ...text, line: (line) => text.line(`  ${line}`) });
