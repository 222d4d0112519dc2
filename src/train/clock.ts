/** The time that is left of a training, by the steps that it has taken so far. */
import type { Session } from './loop.ts';

export interface Clock {
  secondsLeft(): number | undefined;
}

export function openClock(s: Session): Clock {
  const { now } = s.job;
  if (!now) return { secondsLeft: () => undefined };
  const start = now();
  const first = s.progress.t;
  return {
    secondsLeft() {
      const taken = s.progress.t - first;
      const left = s.epochs * s.steps - (s.progress.epoch * s.steps + s.progress.step);
      return taken > 0 ? ((now() - start) / 1000 / taken) * left : undefined;
    },
  };
}
