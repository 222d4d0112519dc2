/**
 * The certificate: what a program was when it was written, so that anybody can recompile it and compare. Plain JSON.
 */

export interface CertifiedParam {
  readonly name: string;
  readonly shape: readonly number[];
  /** Up to 64 numbers: their bits as eight hexadecimal digits, and the same as shortest decimals. */
  readonly bits?: readonly string[];
  readonly values?: readonly string[];
  /** More than 64 numbers: little-endian float32, base64. */
  readonly base64?: string;
}

export interface Certificate {
  readonly v: 1;
  readonly program: string;
  readonly graph: string;
  readonly entries: Readonly<Record<string, string>>;
  readonly parameters: readonly CertifiedParam[];
  /** The tokens of each user file line by line, `_` where a learned number stands. */
  readonly files: readonly { readonly name: string; readonly skeleton: readonly string[] }[];
  /** `sha256:` of the rest. */
  readonly self: string;
}

export interface CertifyReport {
  readonly equal: true;
  readonly parameters: number;
  readonly bitsDiffer: 0;
  readonly graph: string;
}
