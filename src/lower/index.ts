/**
 * Lowering: a checked module to graphs and sites. Every function is inlined, every size a number; what the compiler knows is
 * computed here, what is learned is a param, and the way back to the text is recorded on the way.
 */
import type { CheckedModule } from '../check/core.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { isEntry, isSized, lowerEntry, lowerSized, lowerTest } from './entries.ts';
import { type LoadTensor, ProblemList, type World } from './environment.ts';
import { namesOf } from './names.ts';
import { lowerParams } from './params.ts';
import type { Program } from './program.ts';
import { lowerProperty } from './properties.ts';
import { lowerTrain } from './train.ts';

export type { LoadedTensor, LoadTensor } from './environment.ts';
export type { Entry, LoweredProperty, LoweredTest, ParamSpec, Program, Site, TrainTask } from './program.ts';

export interface LowerOptions {
  /** Instead of the seed of the train block (0 without one): what random initialisers start from. */
  readonly seed?: number;
  /** Reads a tensor of a safetensors file. */
  readonly load: LoadTensor;
}

/** Width of the surrogates of a program without a train block. */
export const DEFAULT_SURROGATE = 1;

/** Lowers a checked module. Problems of all its functions are collected, each once. */
export function lower(module: CheckedModule, options: LowerOptions): Result<Program> {
  const problems = new ProblemList();
  const world: World = {
    problems,
    surrogate: module.train?.surrogate ?? module.surrogate ?? DEFAULT_SURROGATE,
    seed: options.seed ?? module.train?.seed ?? 0,
    load: options.load,
    names: namesOf(module),
  };
  const learned = lowerParams(world);
  const values = new Map(learned.params.map((p) => [p.name, p.value]));
  const program: Program = {
    name: module.name,
    ...learned,
    entries: module.fns.filter(isEntry).map((fn) => lowerEntry(world, fn)),
    sized: module.fns.filter(isSized).map((fn) => lowerSized(world, fn)),
    tests: module.tests.map((test) => lowerTest(world, test)),
    properties: module.properties.map((property) => lowerProperty(world, property, values)),
    ...(module.train && { train: lowerTrain(world, module.train) }),
  };
  return problems.hasErrors ? fail(problems.all) : ok(program, problems.all);
}
