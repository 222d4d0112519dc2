/**
 * What a relaxed search learns: the program's numbers and, for each crisp param, logits of its shape, side by side as one flat array.
 * One optimiser steps over all of it, so logits lie on a scale where its rate for the numbers is their own rate.
 */
import type { ParamSpec } from '../../lower/program.ts';
import { normals } from '../../num/random.ts';
import { must } from '../../text/result.ts';
import { openParameters, type Parameters, type Slot } from '../parameters.ts';
import { TAU } from './relax.ts';
import { caseIn } from './space.ts';
import type { Assignment, SearchContext, Space, Values } from './strategy.ts';

export interface Logits {
  /** Numbers and logits by name, and tau; as the relaxed graph takes them. */
  readonly params: Parameters;
  /** The crisp params. */
  readonly choices: readonly ParamSpec[];
  /** Numbers as in `from`, logits drawn about its cases. */
  begin(from: Values, start: LogitStart, draw: { readonly seed: number; readonly stream: number }): void;
  setTau(tau: number): void;
  /** The likeliest case of each choice; the first of equal ones. */
  hardened(): Assignment;
  /** The numbers, with the hardened choices. */
  values(context: SearchContext): Values;
}

/** Logits are normal with this deviation, and the cases that are gone on from have a lead of `memory`. */
export interface LogitStart {
  readonly deviation: number;
  readonly memory: number;
}

/** `scale`: the rate of the logits over that of the numbers. */
export function openLogits(specs: readonly ParamSpec[], space: Space, scale: number): Logits {
  const choices = [...new Set(space.choices.map((c) => c.spec))];
  const { slots, flat, byName } = openParameters(specs, (spec) => choices.includes(spec));
  const tau = new Float32Array(1);
  const params: Parameters = { slots, flat, byName: new Map([...byName, [TAU, tau]]) };
  const isChoice = (slot: Slot): boolean => choices.includes(slot.spec);
  const hardened = (): Assignment =>
    Int32Array.from(space.choices, (c) => caseIn(c, must(params.byName.get(c.spec.name))));
  return {
    params,
    choices,
    begin(from, { deviation, memory }, { seed, stream }) {
      const drawn = normals(flat.length, seed, stream);
      for (const slot of slots) {
        const [own, before] = [flat.subarray(slot.start, slot.end), must(from.get(slot.spec.name))];
        if (!isChoice(slot)) own.set(before);
        else
          for (let i = 0; i < own.length; i++)
            own[i] = (must(drawn[slot.start + i]) * deviation + must(before[i]) * memory) / scale;
      }
    },
    setTau(value) {
      tau[0] = value / scale;
    },
    hardened,
    values(context) {
      const numbers = new Map(context.start);
      for (const slot of slots) if (!isChoice(slot)) numbers.set(slot.spec.name, flat.slice(slot.start, slot.end));
      return context.valuesOf(hardened(), numbers);
    },
  };
}
