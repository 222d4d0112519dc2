/**
 * Two ways to do the same, and which is quicker on this machine at this time: found out while they are used. Threads that pass much
 * between their caches, or share processors with other work, can be slower than one alone; an estimate does not see that.
 */

/** Runs of each way in a trial; the first ones wake sleepers and fill caches, and do not count. */
const TRIAL = 6;
const COUNTED = 4;
/** Runs between trials: few at first, while an engine still makes the code better. */
const FIRST_HOLD = 100;
const MOST_HOLD = 6400;

/** Chooses for each run: `true` is the first way. `took` hears how long the run was that was chosen last. */
export interface Quicker {
  next(): boolean;
  /** Whether the run that was just chosen is timed. */
  isTrial(): boolean;
  took(time: number): void;
}

export function openQuicker(): Quicker {
  let [hold, left, better, done] = [FIRST_HOLD, 0, true, 0];
  const times = [0, 0];
  const isTrial = (): boolean => left === 0;
  return {
    next: () => (isTrial() ? done < TRIAL : left-- > 0 && better),
    isTrial,
    took(time) {
      const way = done < TRIAL ? 0 : 1;
      if (done % TRIAL >= TRIAL - COUNTED) times[way] = (times[way] as number) + time;
      if (++done < 2 * TRIAL) return;
      better = (times[0] as number) <= (times[1] as number);
      [left, done] = [hold, 0];
      times.fill(0);
      hold = Math.min(MOST_HOLD, 2 * hold);
    },
  };
}
