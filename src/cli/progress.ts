/** What a person sees while training runs: one line that is overwritten; with `--json` a line per epoch; always `metrics.jsonl`. */
import type { EpochReport, TrainEvents } from '../road.ts';
import { brief, duration, jsonNumber } from './print.ts';
import { CHECKPOINT, type Run } from './runs.ts';
import { stepText, triedJson } from './search.ts';
import type { Session } from './session.ts';

/** Milliseconds between two drawings of the line. */
const DRAW_MS = 100;

/** Milliseconds between two checkpoints, so that a killed process loses no more than that and an epoch. */
const KEEP_MS = 30_000;

/** One epoch as a line of JSON; the same in `metrics.jsonl` and with `--json`. */
function epochJson(report: EpochReport, mark: string): string {
  const metrics = Object.entries(report.metrics).map(([name, x]) => `${JSON.stringify(name)}:${jsonNumber(x)}`);
  return `{"v":1${mark},"epoch":${report.epoch},"loss":${jsonNumber(report.loss)},"metrics":{${metrics.join(',')}}}`;
}

export function progressOf(session: Session, run: Run): TrainEvents {
  const { terminal, options } = session;
  let drawn = Number.NEGATIVE_INFINITY;
  let kept = session.now();
  let measured = '';
  let strategy = '';
  const keep = (checkpoint: () => Uint8Array): void => {
    if (session.now() - kept <= KEEP_MS) return;
    const put = run.put({ [CHECKPOINT]: checkpoint() });
    if (!put.ok) session.warn(put.problems);
    kept = session.now();
  };
  const draw = (text: () => string): void => {
    if (session.now() - drawn < DRAW_MS) return;
    drawn = session.now();
    terminal.progress(text());
  };
  return {
    search(step, checkpoint) {
      keep(checkpoint);
      if (options.verbose && !options.json && step.strategy !== strategy) terminal.note(`trying ${step.strategy}\n`);
      strategy = step.strategy;
      draw(() => stepText(step));
    },
    tried(report) {
      if (options.json) terminal.out(`{"v":1${session.mark.text},${triedJson(report)}}\n`);
    },
    epoch(report, checkpoint) {
      keep(checkpoint);
      const line = epochJson(report, session.mark.text);
      run.log(report.epoch, line);
      if (options.json) terminal.out(`${line}\n`);
      measured = Object.entries(report.metrics)
        .map(([name, x]) => `  ${name} ${brief(x)}`)
        .join('');
      if (options.verbose && !options.json)
        terminal.note(`epoch ${report.epoch}  loss ${brief(report.loss)}${measured}\n`);
    },
    step(report) {
      const left = report.secondsLeft === undefined ? '' : `  ${duration(report.secondsLeft)} left`;
      draw(() => `epoch ${report.epoch}/${report.epochs}${left}  loss ${brief(report.loss)}${measured}`);
    },
  };
}
