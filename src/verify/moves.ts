/**
 * Linear ops that read moved numbers, reading them where they come from: slices, transposes, broadcasts and joins of values then are no
 * layers of their own. Asked when a net is opened; changes neither roundings nor bounds.
 */
import type { ValueId } from '../ir/graph.ts';
import type { LinearOp } from './linear-ops.ts';
import { type Matrix, matrixOf } from './matrix.ts';

type Part = LinearOp['parts'][number];

/** Whether results are operands as they are, negated, or 0. */
export const isMove = ({ roundings, absolute, constant }: LinearOp): boolean =>
  roundings === 0 && !absolute && constant === undefined;

/** The op with moves in the place of operands that are moved. */
export function withoutMoves(op: LinearOp, moves: ReadonlyMap<ValueId, LinearOp>): LinearOp {
  if (!op.parts.some(({ operand }) => moves.has(operand))) return op;
  const parts = op.parts.flatMap(
    (part) => moves.get(part.operand)?.parts.map((from) => composed(part, from)) ?? [part],
  );
  return { ...op, parts: merged(parts) };
}

/** A part over the results of a move, over the operand of the move: those of its entries that come from there. */
function composed({ matrix }: Part, { operand, matrix: move }: Part): Part {
  if (isIdentity(move)) return { operand, matrix };
  return {
    operand,
    matrix: matrixOf(
      move.columns,
      entriesOf(matrix).map((row) =>
        row.flatMap(([k, w]) => {
          const e = move.start[k] as number;
          return e < (move.start[k + 1] as number)
            ? [[move.column[e] as number, w * (move.weight[e] as number)] as const]
            : [];
        }),
      ),
    ),
  };
}

function isIdentity({ rows, columns, start, column, weight }: Matrix): boolean {
  if (rows !== columns || column.length !== rows) return false;
  for (let k = 0; k < rows; k++) if (start[k] !== k || column[k] !== k || weight[k] !== 1) return false;
  return true;
}

type Row = (readonly [column: number, weight: number])[];

const entriesOf = ({ rows, start, column, weight }: Matrix): Row[] =>
  Array.from({ length: rows }, (_, k) => {
    const from = start[k] as number;
    return Array.from(
      { length: (start[k + 1] as number) - from },
      (_, i) => [column[from + i] as number, weight[from + i] as number] as const,
    );
  });

/** Parts of one operand as one. */
function merged(parts: readonly Part[]): Part[] {
  const byOperand = new Map<ValueId, Part[]>();
  for (const part of parts) byOperand.set(part.operand, [...(byOperand.get(part.operand) ?? []), part]);
  return [...byOperand].map(([operand, list]) => {
    const [first, ...rest] = list as [Part, ...Part[]];
    if (rest.length === 0) return first;
    const rows = list.map(({ matrix }) => entriesOf(matrix));
    const beside = Array.from({ length: first.matrix.rows }, (_, k) => rows.flatMap((m) => m[k] ?? []));
    return { operand, matrix: matrixOf(first.matrix.columns, beside) };
  });
}
