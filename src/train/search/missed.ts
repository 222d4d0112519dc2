/** The last check of what was inferred: the crisp program gives the label of every training example, bit for bit. */
import { must, ok, type Result } from '../../text/result.ts';
import { scoreGraph } from '../graphs.ts';
import type { TrainJob } from '../loop.ts';
import type { Values } from './strategy.ts';

/** On how many training examples the crisp program does not give the label. */
export async function countMissed({ task, dataset, backend }: TrainJob, values: Values): Promise<Result<number>> {
  let missed = 0;
  const inputs = task.prediction.inputs.length;
  for await (const batch of dataset.batches({ part: 'train', size: 1000 })) {
    if (!batch.ok) return batch;
    const { rows, leaves } = batch.value;
    const { outputs } = backend.compile(scoreGraph(task.prediction, rows)).run(leaves.slice(0, inputs), values);
    for (let k = 0; k < rows; k++) {
      const isRight = outputs.every((o, i) => {
        const label = must(leaves[inputs + i]);
        const size = label.length / rows;
        for (let j = k * size; j < (k + 1) * size; j++) if (o[j] !== label[j]) return false;
        return true;
      });
      if (!isRight) missed++;
    }
  }
  return ok(missed);
}
