/**
 * Words of the command line to a verb with typed options. Commander does the splitting; which verbs and options there
 * are comes from the table in `options.ts`. Every way to be wrong ends as `Stop` with the text and the exit code.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from './exit.ts';
import { COMMON, LATER, type OptionSpec, type OptionsOf, VERBS, type VerbName, type VerbSpec } from './options.ts';

export type Call = {
  [V in VerbName]: { readonly verb: V; readonly args: readonly string[]; readonly options: OptionsOf<V> };
}[VerbName];

/** Nothing to run: help or the version was asked for, or the words make no call. */
export interface Stop {
  readonly verb: undefined;
  readonly text: string;
  readonly code: ExitCode;
}

type Values = Readonly<Record<string, unknown>>;

/** `argv` without the interpreter and the script. */
export function parse(argv: readonly string[], version: string): Call | Stop {
  let text = '';
  let call: Call | Stop | undefined;
  const keep = (line: string): void => {
    text += line;
  };
  const program = new Command('sutra')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .usage('VERB [options]')
    .description('Programs that learn, written back as source and proved equal.')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: keep, writeErr: keep })
    .showHelpAfterError('(`sutra --help` lists the verbs and their options)');
  for (const [name, spec] of Object.entries(VERBS) as [VerbName, VerbSpec][]) {
    const command = program.command(name).description(spec.doc).usage(usageOf(spec)).argument('[words...]');
    for (const [key, option] of optionsOf(spec)) command.addOption(toCommander(key, option));
    command.helpOption('-h, --help', 'this text');
    command.exitOverride().configureOutput({ writeOut: keep, writeErr: keep });
    command.action((words: string[], values: Values) => {
      call = countFits(name, spec, words) ?? toCall(name, spec, words, values);
    });
  }
  const line = verbFirst(argv);
  const first = line[0];
  if (first !== undefined && (LATER as readonly string[]).includes(first)) return later(first);
  if (first === undefined) return { verb: undefined, text: program.helpInformation(), code: EXIT.usage };
  try {
    program.parse(line, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { verb: undefined, text, code: error.exitCode === 0 ? EXIT.done : EXIT.usage };
  }
  return call ?? { verb: undefined, text, code: EXIT.usage };
}

/** All options of a verb in the order of the help. */
export const optionsOf = (spec: VerbSpec): [string, OptionSpec][] => [
  ...Object.entries(spec.options),
  ...Object.entries(COMMON),
];

/** `sutra -q check a.su` means `sutra check -q a.su`: common options may stand before the verb too. */
function verbFirst(argv: readonly string[]): string[] {
  const common = Object.entries<OptionSpec>(COMMON);
  let at = 0;
  while (at < argv.length) {
    const [flag, value] = (argv[at] ?? '').split('=', 2);
    const spec = common.find(([key, o]) => flag === `--${key}` || (o.short && flag === `-${o.short}`))?.[1];
    if (!spec) break;
    at += spec.kind === 'flag' || value !== undefined ? 1 : 2;
  }
  const verb = argv[at];
  return verb === undefined ? [...argv] : [verb, ...argv.slice(0, at), ...argv.slice(at + 1)];
}

const usageOf = (spec: VerbSpec): string => `${spec.args}${spec.args ? ' ' : ''}[options]`;

const later = (verb: string): Stop => ({
  verb: undefined,
  text: `error: \`sutra ${verb}\` is not in this version; \`sutra --help\` lists what is\n`,
  code: EXIT.usage,
});

function countFits(name: string, spec: VerbSpec, words: readonly string[]): Stop | undefined {
  if (words.length >= spec.min && words.length <= spec.max) return undefined;
  const what = words.length < spec.min ? 'needs' : 'takes only';
  return {
    verb: undefined,
    text: `error: \`sutra ${name}\` ${what} ${spec.args || 'options'} (\`sutra ${name} --help\`)\n`,
    code: EXIT.usage,
  };
}

function toCommander(key: string, spec: OptionSpec): Option {
  const flags = `${spec.short ? `-${spec.short}, ` : ''}--${key}${spec.value ? ` <${spec.value}>` : ''}`;
  const option = new Option(flags, spec.doc);
  if (spec.choices) option.choices([...spec.choices]);
  switch (spec.kind) {
    case 'number':
      return option.argParser(toNumber);
    case 'natural':
      return option.argParser(toNatural);
    case 'texts':
      return option.argParser((word: string, before: readonly string[] | undefined) => [...(before ?? []), word]);
    case 'flag':
    case 'text':
    case 'file':
      return option;
    default:
      return spec.kind satisfies never;
  }
}

function toNumber(word: string): number {
  const value = Number(word);
  if (word.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('A number is wanted.');
  return value;
}

function toNatural(word: string): number {
  const value = toNumber(word);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('A whole number from 0 is wanted.');
  return value;
}

/** Commander names values in camelCase and turns `--no-x` into `x: false`; the table's names are used as they stand. */
function toCall(verb: VerbName, spec: VerbSpec, args: readonly string[], values: Values): Call {
  const options = Object.fromEntries(
    optionsOf(spec).map(([key, option]) => {
      const raw = key.startsWith('no-') ? values[camel(key.slice(3))] === false : values[camel(key)];
      const empty = option.kind === 'flag' ? false : option.kind === 'texts' ? [] : undefined;
      return [key, raw ?? empty];
    }),
  );
  // The one place where the table's types are asserted: each value was read by the parser that its `kind` names.
  return { verb, args, options } as unknown as Call;
}

const camel = (key: string): string => key.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
