/** The graph as other programs see it: its types, its text and its identity. */
export type { Alarm, Graph, Node, Origin, Output, TensorType, ValueId } from './graph.ts';
export { sizeOf } from './graph.ts';
export type { Layout, Leaf, LeafLayout } from './layout.ts';
export { leavesOf } from './layout.ts';
export { type ParsedGraph, parseGraph } from './parse.ts';
export { graphHash, graphText, printGraph } from './print.ts';
export { prune } from './prune.ts';
export type { Axes, OpAttrs, OpName, Shape, SumOrder } from './vocabulary.ts';
