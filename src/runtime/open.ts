/**
 * A compiled model in memory: checks that the bytes are one, instantiates them, and gives views of the numbers in place. Knows no
 * op and no compiler; what is where stands in the module itself, in the section `sutra`. In Node and in pages.
 */
import { utf8Decode } from '../num/bytes.ts';
import { ModelError } from './error.ts';

/** One tensor of the model's memory. */
export interface Place {
  /** `flower.petal_length`. */
  readonly path: string;
  /** Row-major. In a block of rows the rows come first. */
  readonly shape: readonly number[];
  /** The word where it begins, and how many. */
  readonly at: number;
  readonly length: number;
}

/** What can be called: on one row, or on so many. */
export interface About {
  readonly v: 1;
  /** A hash of all that the model computes. */
  readonly id: string;
  readonly function: string;
  readonly entries: readonly {
    readonly name: string;
    readonly rows: number;
    readonly inputs: readonly Place[];
    readonly outputs: readonly Place[];
    readonly alarms: readonly (Place & { readonly message: string })[];
  }[];
}

/** In place: fill the inputs, `step()`, read the outputs. Nothing is copied and nothing allocated; the arrays are the same for ever. */
export interface Block {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  step(): void;
  /** What the last step has to report: a loop that reached its bound. */
  fired(): readonly string[];
}

export interface Opened {
  readonly about: About;
  /** The whole memory. */
  readonly floats: Float32Array;
  /** In the order of `about.entries`: one row first. */
  readonly blocks: readonly Block[];
}

type Bytes = ArrayBuffer | ArrayBufferView;
/** As `fetch` gives it. */
interface Fetched {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}
/** The bytes of `model.wasm`, the answer of a `fetch` of it, or the module compiled already. */
export type ModelSource = Bytes | Fetched | object;

declare const WebAssembly: {
  readonly Module: {
    new (bytes: Bytes): object;
    customSections(module: object, name: string): ArrayBuffer[];
  };
  compile(bytes: Bytes): Promise<object>;
  instantiate(module: object): Promise<{ readonly exports: Record<string, unknown> }>;
};

/** Gives the model of a file. With `id` it must be that very one. */
export async function openModel(source: ModelSource, id?: string): Promise<Opened> {
  const module = source instanceof WebAssembly.Module ? source : await compiled(await bytesOf(source));
  const about = aboutOf(module);
  if (id !== undefined && about.id !== id)
    wrong(
      `it is the model ${about.function} with the hash ${about.id}, not ${id}; build again, or put its own model.wasm beside it`,
    );
  const { exports } = await WebAssembly.instantiate(module);
  const floats = new Float32Array((exports.memory as { readonly buffer: ArrayBuffer }).buffer);
  return {
    about,
    floats,
    blocks: about.entries.map((entry) => blockOf(entry, floats, exports[entry.name] as () => void)),
  };
}

function wrong(why: string): never {
  throw new ModelError('wrong-artefact', '', `this is not the model: ${why}`);
}

async function bytesOf(source: ModelSource): Promise<Bytes> {
  if (!('arrayBuffer' in source)) return source as Bytes;
  const { ok, status, url } = source as Fetched;
  if (!ok) wrong(`${url} answers with ${status}`);
  return (source as Fetched).arrayBuffer();
}

const compiled = (bytes: Bytes): Promise<object> =>
  WebAssembly.compile(bytes).catch((error: unknown) => wrong((error as Error).message));

function aboutOf(module: object): About {
  const [section] = WebAssembly.Module.customSections(module, 'sutra');
  const text = section && utf8Decode(new Uint8Array(section));
  if (text === undefined) wrong('it is a module of WebAssembly that `sutra build` did not make');
  const about = readAbout(text);
  if (about.v !== 1) wrong(`it is of version ${about.v}, and this runtime reads version 1`);
  return about;
}

function readAbout(text: string): About {
  try {
    return JSON.parse(text) as About;
  } catch {
    return wrong('what it says about itself is damaged');
  }
}

const NONE: readonly string[] = [];

function blockOf(entry: About['entries'][number], floats: Float32Array, step: () => void): Block {
  const view = ({ at, length }: Place): Float32Array => floats.subarray(at, at + length);
  const views = (places: readonly Place[]): Record<string, Float32Array> =>
    Object.fromEntries(places.map((place) => [place.path, view(place)]));
  const alarms = entry.alarms.map((alarm) => ({ numbers: view(alarm), message: alarm.message }));
  return {
    rows: entry.rows,
    inputs: views(entry.inputs),
    outputs: views(entry.outputs),
    step,
    fired() {
      if (alarms.length === 0) return NONE;
      const fired = alarms.filter(({ numbers }) => numbers.some((x) => x > 0)).map((a) => a.message);
      return fired.length === 0 ? NONE : fired;
    },
  };
}
