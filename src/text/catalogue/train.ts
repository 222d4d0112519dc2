/** SU06xx: training cannot start or cannot go on. */
import type { Entry } from '../problem.ts';

export const TRAIN = {
  'nan-in-training': {
    id: 'SU0601',
    severity: 'error',
    title: 'the {what} became {value} in epoch {epoch}, step {step}',
    help: '{hint} The source file is as it was.',
  },
  'no-train-block': {
    id: 'SU0602',
    severity: 'error',
    title: '{file} has no `train` block',
    help: 'Say what is learned from which data: `train f { data: csv("rows.csv", label = "y"), loss: squared_error }`.',
  },
  'no-gradient': {
    id: 'SU0603',
    severity: 'warning',
    title: 'no gradient reaches `{name}`',
    help: '{reason} Training leaves it as it is.',
  },
  'nothing-learns-here': {
    id: 'SU0604',
    severity: 'warning',
    title: 'nothing can learn through this crisp test',
    help: '{reason}',
  },
  'checkpoint-mismatch': {
    id: 'SU0605',
    severity: 'error',
    title: 'the checkpoint does not fit: {what} differs',
    help: 'It has {found}, the program and its data have {expected}. Continuing would not give what an uninterrupted training gives; start anew.',
  },
  'nothing-to-train': {
    id: 'SU0606',
    severity: 'error',
    title: '`{target}` has nothing to learn',
    help: 'Mark what may change: `param name = 1.0;`, or `?1.0` in place of a number. A `frozen param` is not trained.',
  },
  'bad-setting': {
    id: 'SU0607',
    severity: 'error',
    title: '`{setting}` is {found}',
    help: 'It must be {expected}.',
  },
  'class-weights': {
    id: 'SU0608',
    severity: 'error',
    title: '`class_weights` does not fit the label',
    help: '{why}',
  },
  'bound-reached': {
    id: 'SU0609',
    severity: 'warning',
    title: '{message}',
    help: '{when}The result is that of the last step; raise `max` if the loop should have ended.',
  },
  'bad-checkpoint': {
    id: 'SU0610',
    severity: 'error',
    title: 'the checkpoint cannot be read',
    help: '{reason}',
  },
  'nothing-to-choose': {
    id: 'SU0611',
    severity: 'error',
    title: '`search: {search}` has nothing to choose',
    help: 'A search sets params of crisp types that the loss depends on and that are not frozen. Numbers are trained without one: leave `search` out.',
  },
  'search-unfit': {
    id: 'SU0612',
    severity: 'error',
    title: '`search: {search}` cannot be used here: {why}',
    help: 'Leave `search` out, and the ways that fit are tried in turn; or write `frozen` before params that need no search.',
  },
  'contradictory-rows': {
    id: 'SU0613',
    severity: 'warning',
    title: '{count} rows of {file} contradict each other',
    help: 'They have equal inputs and different labels: {groups}. Whatever is learned, at most {right} of the {rows} rows can be right.',
  },
  'unread-choices': {
    id: 'SU0614',
    severity: 'warning',
    title: 'the data leave choices of `{name}` open',
    help: 'Whatever case {choices} has, the loss of all {rows} training examples stays the same. It keeps the value of the source, which is a guess: add rows that need it, or check it by hand.',
  },
  'unused-choice': {
    id: 'SU0615',
    severity: 'warning',
    title: 'the loss does not depend on `{name}`',
    help: 'Training leaves it as it is. Use it, or write `frozen param`.',
  },
} as const satisfies Record<string, Entry>;
