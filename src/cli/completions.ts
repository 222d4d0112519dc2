/** Shell completion scripts for bash, zsh and fish, written from the option table. */

import { type SHELLS, VERBS, type VerbSpec } from './options.ts';
import { optionsOf } from './parse.ts';

export type Shell = (typeof SHELLS)[number];

const verbs = Object.entries(VERBS) as [string, VerbSpec][];

/** The script that makes `shell` complete verbs, options, choices and `.su` files. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash();
    case 'zsh':
      return zsh();
    case 'fish':
      return fish();
    default:
      return shell satisfies never;
  }
}

const flagsOf = (spec: VerbSpec): string[] =>
  optionsOf(spec).flatMap(([name, option]) => [`--${name}`, ...(option.short ? [`-${option.short}`] : [])]);

const filesFor = (spec: VerbSpec): string =>
  spec.complete === 'sutra-files'
    ? `$(compgen -f -X '!*.su' -- "$word") $(compgen -d -- "$word")`
    : spec.complete === 'files'
      ? `$(compgen -f -- "$word")`
      : spec.complete === 'folders'
        ? `$(compgen -d -- "$word")`
        : `$(compgen -W '${spec.complete.join(' ')}' -- "$word")`;

function bash(): string {
  const choices = verbs.flatMap(([verb, spec]) =>
    optionsOf(spec).flatMap(([name, option]) =>
      option.choices
        ? [`    '${verb} --${name}') COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$word")); return ;;`]
        : option.kind === 'file'
          ? [`    '${verb} --${name}') COMPREPLY=($(compgen -f -- "$word")); return ;;`]
          : [],
    ),
  );
  const perVerb = verbs.map(
    ([verb, spec]) =>
      `    ${verb}) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '${flagsOf(spec).join(' ')}' -- "$word")); else COMPREPLY=(${filesFor(spec)}); fi ;;`,
  );
  return `# bash completion for sutra: source this file, or put it into a folder of bash-completion.
_sutra() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '${verbs.map(([verb]) => verb).join(' ')} --help --version' -- "$word"))
    return
  fi
  case "$verb $before" in
${choices.join('\n')}
  esac
  case "$verb" in
${perVerb.join('\n')}
  esac
}
complete -o filenames -F _sutra sutra
`;
}

const quoted = (text: string): string =>
  text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' -');

function zsh(): string {
  const cases = verbs.map(([verb, spec]) => {
    const options = optionsOf(spec).map(([name, option]) => {
      const value = option.choices
        ? `:${option.value}:(${option.choices.join(' ')})`
        : option.kind === 'file'
          ? `:${option.value}:_files`
          : option.kind === 'flag'
            ? ''
            : `:${quoted(option.value ?? 'value')}:`;
      const many = option.kind === 'texts' ? '*' : '';
      return `        '${many}--${name}[${quoted(option.doc)}]${value}'`;
    });
    const rest =
      spec.complete === 'sutra-files'
        ? `'*:file:_files -g "*.su"'`
        : spec.complete === 'files'
          ? `'*:file:_files'`
          : spec.complete === 'folders'
            ? `'*:folder:_files -/'`
            : `'*:word:(${spec.complete.join(' ')})'`;
    return `      ${verb})\n      _arguments \\\n${options.join(' \\\n')} \\\n        ${rest} ;;`;
  });
  return `#compdef sutra
# zsh completion for sutra: put this into a folder of $fpath as _sutra.
_sutra() {
  local -a verbs
  verbs=(
${verbs.map(([verb, spec]) => `    '${verb}:${quoted(spec.doc)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
compdef _sutra sutra
`;
}

function fish(): string {
  const lines = verbs.flatMap(([verb, spec]) => {
    const here = `-n '__fish_seen_subcommand_from ${verb}'`;
    const words =
      spec.complete === 'sutra-files'
        ? `complete -c sutra ${here} -F`
        : spec.complete === 'files' || spec.complete === 'folders'
          ? `complete -c sutra ${here} -F`
          : `complete -c sutra ${here} -f -a '${spec.complete.join(' ')}'`;
    return [
      `complete -c sutra -n __fish_use_subcommand -f -a ${verb} -d '${quoted(spec.doc)}'`,
      words,
      ...optionsOf(spec).map(([name, option]) => {
        const value = option.choices
          ? ` -x -a '${option.choices.join(' ')}'`
          : option.kind === 'file'
            ? ' -r -F'
            : option.kind === 'flag'
              ? ''
              : ' -x';
        return `complete -c sutra ${here} -l ${name}${option.short ? ` -s ${option.short}` : ''}${value} -d '${quoted(option.doc)}'`;
      }),
    ];
  });
  return `# fish completion for sutra: save as ~/.config/fish/completions/sutra.fish\n${lines.join('\n')}\n`;
}
