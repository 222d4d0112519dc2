/** The reference backend: the interpreter of `ops/reference` behind the interface that all backends share. */
import { evaluator } from '../ops/reference.ts';
import { invariant } from '../text/result.ts';
import type { Backend } from './backend.ts';

const float32 = (values: Float32Array | Float64Array): Float32Array => {
  invariant(values instanceof Float32Array, 'the reference backend computes in float32');
  return values;
};

export const reference: Backend = {
  name: 'reference',
  compile(graph) {
    const run = evaluator(graph);
    return {
      run(inputs, params) {
        const { outputs, alarms } = run(inputs, params);
        return { outputs: outputs.map(float32), alarms };
      },
    };
  },
};
