/**
 * An ONNX model as a graph of the project: float32, one example (a batch axis without a size is 1), weights as params of
 * their ONNX names. `road.ts` and the prover call it. Everything wrong with a file is a Problem that names the node.
 * Orders of summation are stated in `rules/linear.ts` and `rules/reduce.ts`.
 */
import type { Graph, Origin, ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { graphBuilder } from '../../ops/build.ts';
import type { GraphBuilder } from '../../ops/builder.ts';
import { type Problem, problem } from '../../text/problem.ts';
import { fail, must, ok, type Result } from '../../text/result.ts';
import { decode } from './decode.ts';
import { attempt, folded, type Outcome } from './fold.ts';
import { type NodeContext, nameOf } from './node.ts';
import { fileValue } from './rules/constants.ts';
import { RULES } from './rules/index.ts';
import { type GraphProto, MODEL, type ModelProto, type NodeProto, type ValueInfoProto } from './schema.ts';
import { type External, elementType, MOST_ELEMENTS, readTensor } from './tensor.ts';
import type { Value } from './value.ts';
import { isFault } from './wire.ts';

export interface ImportOptions {
  /** What messages call the file. */
  readonly file?: string;
  /** Bytes of files that hold numbers of the model. */
  readonly external?: External;
  /** Sizes of named dimensions (`N`, `seq`); a first axis without a size is 1. */
  readonly sizes?: Readonly<Record<string, number>>;
}

export interface Port {
  readonly name: string;
  readonly shape: Shape;
}

export interface Network {
  /** Its inputs and outputs have the names of the model. */
  readonly graph: Graph;
  readonly params: ReadonlyMap<string, Float32Array>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly opset: number;
}

const OLDEST_OPSET = 7;
const NEWEST_OPSET = 21;
const MOST_PROBLEMS = 20;
/** Elements of all index lists together, beside those that the file itself states. */
const INDEX_BUDGET = 2 ** 22;

/** Reads a model. */
export function importOnnx(bytes: Uint8Array, options: ImportOptions = {}): Result<Network> {
  const file = options.file ?? 'the model';
  const model = decode(MODEL, bytes);
  if (isFault(model)) {
    const place = model.path === '' ? '' : ` in ${model.path}`;
    return fail([problem('onnx-bytes', undefined, { file, why: `At byte ${model.at}${place}: ${model.fault}.` })]);
  }
  return importModel(model, file, options, bytes.length);
}

function importModel(model: ModelProto, file: string, options: ImportOptions, length: number): Result<Network> {
  const opset = opsetOf(model);
  if (typeof opset === 'string') return fail([problem('onnx-model', undefined, { file, why: opset })]);
  if (!model.graph) return fail([problem('onnx-model', undefined, { file, why: 'It holds no graph.' })]);
  const missing = missingOperators(model.graph, file, opset);
  if (missing.length > 0) return fail(missing);
  const budget = { left: INDEX_BUDGET + length };
  return new Import(model.graph, { file, options, opset, budget }).run();
}

/** The version of the standard operators, or why it is not read. */
function opsetOf(model: ModelProto): number | string {
  const own = model.opsetImport.filter((o) => isStandard(o.domain));
  if (own.length !== 1) return `It names ${own.length} versions of the standard operators instead of one.`;
  const version = Number(own[0]?.version ?? 0n);
  return version >= OLDEST_OPSET && version <= NEWEST_OPSET
    ? version
    : `Its operators are of opset ${version}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are read.`;
}

const isStandard = (domain: string | undefined): boolean =>
  domain === undefined || domain === '' || domain === 'ai.onnx';

function missingOperators(graph: GraphProto, file: string, opset: number): Problem[] {
  const first = new Map<string, NodeProto>();
  for (const node of graph.node) {
    const op = isStandard(node.domain) ? (node.opType ?? '') : `${node.domain}.${node.opType}`;
    if ((!isStandard(node.domain) || !RULES.has(op)) && !first.has(op)) first.set(op, node);
  }
  return [...first]
    .slice(0, MOST_PROBLEMS)
    .map(([op, node]) => problem('onnx-operator', undefined, { file, op, opset, node: nameOf(node) }));
}

interface Setting {
  readonly file: string;
  readonly options: ImportOptions;
  readonly opset: number;
  readonly budget: { left: number };
}

/** One import: the names that are known so far. */
class Import {
  private readonly b: GraphBuilder = graphBuilder();
  private readonly values = new Map<string, Value>();
  /** Names whose node could not be imported: what needs them is not reported again. */
  private readonly broken = new Set<string>();
  private readonly params = new Map<string, Float32Array>();
  private readonly problems: Problem[] = [];
  private readonly graph: GraphProto;
  private readonly setting: Setting;

  constructor(graph: GraphProto, setting: Setting) {
    this.graph = graph;
    this.setting = setting;
  }

  run(): Result<Network> {
    this.initializers();
    const inputs = this.inputs();
    for (const node of this.graph.node) {
      if (this.problems.length >= MOST_PROBLEMS) break;
      this.node(node);
    }
    const outputs = this.problems.length > 0 ? [] : this.outputs();
    if (this.problems.length > 0) return fail(this.problems);
    const graph = this.b.finish(outputs);
    const port = ({ name, value }: { name: string; value: ValueId }): Port => ({ name, shape: this.b.shapeOf(value) });
    return ok({ graph, params: this.params, inputs, outputs: outputs.map(port), opset: this.setting.opset });
  }

  private wrong(why: string): void {
    this.problems.push(problem('onnx-model', undefined, { file: this.setting.file, why }));
  }

  private define(name: string, value: Value): void {
    if (this.values.has(name) || this.broken.has(name)) this.wrong(`The name \`${name}\` is given twice.`);
    else this.values.set(name, value);
  }

  private initializers(): void {
    if (this.graph.sparseInitializer.length > 0) this.wrong('It has sparse tensors, which are not read.');
    for (const proto of this.graph.initializer) {
      const name = proto.name ?? '';
      const read = readTensor(proto, this.setting.options.external ?? (() => undefined));
      if (!('why' in read)) this.define(name, fileValue(name, read));
      else {
        const { file } = this.setting;
        this.problems.push(problem('onnx-tensor', undefined, { file, tensor: name, why: `${sentence(read.why)}.` }));
        this.broken.add(name);
      }
    }
  }

  /** Initializers may be listed as inputs (they must be before IR version 4); they are none. */
  private inputs(): Port[] {
    const ports: Port[] = [];
    for (const info of this.graph.input) {
      const name = info.name ?? '';
      if (this.values.get(name)?.known || this.broken.has(name)) continue;
      const shape = this.inputShape(info);
      if (typeof shape === 'string') {
        this.wrong(`Its input \`${name}\` ${shape}.`);
        this.broken.add(name);
        continue;
      }
      this.define(name, { type: 'float', shape, id: this.b.input(name, shape) });
      ports.push({ name, shape });
    }
    return ports;
  }

  private inputShape(info: ValueInfoProto): Shape | string {
    const tensor = info.type?.tensorType;
    if (!tensor) return 'is no tensor';
    const type = elementType(tensor.elemType);
    if (type !== 'float')
      return `is of type ${typeof type === 'string' ? type : type.why}; only float32 is computed with`;
    if (!tensor.shape) return 'has no shape';
    const sizes = this.setting.options.sizes ?? {};
    const shape = tensor.shape.dim.map((d, i) => {
      if (d.value !== undefined && d.value > 0n) return Number(d.value);
      return Object.hasOwn(sizes, d.param ?? '') ? sizes[d.param ?? ''] : i === 0 ? 1 : undefined;
    });
    const at = shape.indexOf(undefined);
    if (at >= 0) return `has no size for axis ${at} (\`${tensor.shape.dim[at]?.param ?? ''}\`)`;
    const size = shape.reduce<number>((n, d) => n * (d ?? 1), 1);
    return size <= MOST_ELEMENTS ? shape.map((d) => must(d)) : `has ${size} elements`;
  }

  private node(node: NodeProto): void {
    const names = node.output.filter((o) => o !== '');
    if (node.input.some((name) => this.broken.has(name))) {
      for (const name of names) this.broken.add(name);
      return;
    }
    const outcome = this.outcome(node);
    if (typeof outcome !== 'string') {
      for (const [i, name] of node.output.entries()) {
        const value = outcome[i];
        if (name !== '' && value) this.define(name, named(node, name, value));
      }
      return;
    }
    const { file, opset } = this.setting;
    const data = { file, op: node.opType ?? '', opset, node: nameOf(node), why: `${sentence(outcome)}.` };
    this.problems.push(problem('onnx-node', undefined, data));
    for (const name of names) this.broken.add(name);
  }

  private outcome(node: NodeProto): Outcome {
    const unknown = node.input.find((name) => name !== '' && !this.values.has(name));
    if (unknown !== undefined) return `it uses \`${unknown}\`, which nothing before it makes`;
    const attributes = new Map(node.attribute.map((a) => [a.name ?? '', a]));
    if (attributes.size < node.attribute.length) return 'an attribute is given twice';
    if (node.attribute.some((a) => a.refAttrName)) return 'it is part of a function';
    const c: NodeContext = {
      b: this.b,
      opset: this.setting.opset,
      outputs: node.output.length,
      inputs: node.input.map((name) => this.values.get(name)),
      asked: new Set(),
      attributes,
      external: this.setting.options.external ?? (() => undefined),
      enter: (value) => this.enter(value),
      exact: 2 ** 24,
      budget: this.setting.budget,
    };
    const rule = must(RULES.get(node.opType ?? ''));
    const outcome = folded(rule, c) ?? this.b.within(this.origin(node), () => attempt(rule, c));
    const short = typeof outcome !== 'string' && node.output.findIndex((name, i) => name !== '' && !outcome[i]);
    return short === false || short < 0 ? outcome : `its output ${short} is not computed`;
  }

  /** Values of the file have no text; their name is that of the model. */
  private origin(node: NodeProto): Origin {
    const at = { source: { name: this.setting.file, text: '' }, start: 0, end: 0 };
    return { at, name: node.output[0] ?? '' };
  }

  private enter(value: Value): ValueId {
    if (value.id !== undefined) return value.id;
    const known = must(value.known);
    if (value.weight === undefined) return this.b.constant(value.shape, known);
    this.params.set(value.weight, known as Float32Array);
    return this.b.param(value.weight, value.shape);
  }

  private outputs(): { readonly name: string; readonly value: ValueId }[] {
    if (this.graph.output.length === 0) this.wrong('It has no outputs.');
    return this.graph.output.flatMap(({ name = '' }) => {
      const value = this.values.get(name);
      if (value && value.type !== 'double') return [{ name, value: this.asNumber(value) }];
      this.wrong(value ? `Its output \`${name}\` is of float64.` : `Nothing makes its output \`${name}\`.`);
      return [];
    });
  }

  /** A truth value leaves the network as 0 or 1, as in ONNX. */
  private asNumber(value: Value): ValueId {
    const id = this.enter(value);
    if (value.type !== 'bool') return id;
    return this.b.select(id, this.b.full(value.shape, 1), this.b.full(value.shape, 0));
  }
}

/** A tensor of several numbers that a Constant node states is a weight, as an initializer is. */
const named = (node: NodeProto, name: string, value: Value): Value =>
  node.opType === 'Constant' && value.type === 'float' && (value.known?.length ?? 0) > 1
    ? { ...value, weight: name }
    : value;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The network with its weights as constants, for those who reason about these numbers only. */
export function withConstants({ graph, params }: Pick<Network, 'graph' | 'params'>): Graph {
  const b = graphBuilder();
  const inputs = graph.inputs.map((v) => {
    const node = must(graph.nodes.find((n) => n.results[0] === v));
    return b.input(node.op === 'input' ? node.attrs.name : '', must(graph.types[v]).shape);
  });
  const constants = new Map<string, ValueId>();
  for (const node of graph.nodes)
    if (node.op === 'param' && !constants.has(node.attrs.name)) {
      const { name, shape } = node.attrs;
      constants.set(name, b.constant(shape, must(params.get(name))));
    }
  const outputs = b.inline(graph, inputs, constants);
  return b.finish(graph.outputs.map((o, i) => ({ name: o.name, value: must(outputs[i]) })));
}
