/** Forgetting gradients: once nothing will be differentiated any more, `stopGradient` is the identity and goes away. */
import type { Pass } from './pass.ts';
import { type Rules, rewrite } from './rewrite.ts';

const rules: Rules = { stopGradient: [(_, [x]) => x] };

export const forgetGradients: Pass = {
  name: 'forget-gradients',
  promise: 'bits',
  run: (graph) => rewrite(graph, rules),
};
