/**
 * Completion scripts. What a command knows of itself is written into them; names that change (jobs, steps, outputs …) they ask the command
 * for, with the hidden `prl __complete`.
 */
import type { Command, Option } from 'commander';
import { RequestError } from '../../errors/types.ts';
import { argumentValues, optionValues, type Values } from './values.ts';

interface OptionWords {
  readonly flags: readonly string[];
  readonly description: string;
  /** Absent: it takes no value. */
  readonly values?: Values;
}

interface Words {
  /** `''` for the program itself, `job`, `job show`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  readonly argument: Values;
}

/** @param program with all its branches. @throws RequestError for a shell that is none of the three. */
export function completion(shell: string, program: Command): string {
  const words = collectWords(program, '');
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return `autoload -Uz compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n${bash(words)}`;
    case 'fish':
      return fish(words);
    default:
      throw new RequestError({ code: 'unknown-shell', message: `No completion for ${JSON.stringify(shell)}: expected bash, zsh or fish.` });
  }
}

function collectWords(command: Command, path: string): readonly Words[] {
  const help = command.createHelp();
  const own: Words = {
    path,
    commands: help.visibleCommands(command).map((each) => ({ name: each.name(), summary: each.summary() })),
    options: help.visibleOptions(command).map((option) => optionWords(path, command, option)),
    argument: argumentValues(path, command),
  };
  return [
    own,
    ...help.visibleCommands(command).flatMap((each) => collectWords(each, path === '' ? each.name() : `${path} ${each.name()}`)),
  ];
}

function optionWords(path: string, command: Command, option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => typeof flag === 'string');
  const values = option.required || option.optional ? optionValues(path, command, option) : undefined;
  return { flags, description: option.description, ...(values !== undefined && { values }) };
}

/** No variable is called `path`: that is the PATH in zsh. */
function bash(all: readonly Words[]): string {
  const cases = all.map(({ path, commands, options, argument }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    const words = commands.length > 0 ? given(commands.map(({ name }) => name).join(' ')) : bashWords(argument);
    return `    '${path}') [[ $current == -* ]] && words='${flags}' || ${words} ;;`;
  });
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values: each }) =>
      each === undefined ? [] : flags.map((flag) => `    '${path} ${flag}') ${bashWords(each)} ;;`),
    ),
  );
  return `_prl_ask() {
  "\${COMP_WORDS[0]}" __complete "$1" "\${COMP_WORDS[@]}" 2>/dev/null | while IFS='	' read -r word rest; do printf '%s\\n' "$word"; done
}
_prl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} place='' words='' i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case " ${all.map(({ path }) => path.replaceAll(' ', '/')).join(' ')} " in
      *" \${place:+$place/}$word "*) place=\${place:+$place/}$word ;;
    esac
  done
  place=\${place//\\// }
  case "$place $previous" in
${values.join('\n')}
    *)
  case $place in
${cases.join('\n')}
  esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _prl prl parallelrun
`;
}

function bashWords(values: Values): string {
  switch (values.kind) {
    case 'words':
      return given(values.words.join(' '));
    case 'asked':
      return `words=$(_prl_ask ${values.asked})`;
    case 'any':
      return given('');
  }
}

function given(words: string): string {
  return `words='${words}'`;
}

function fish(all: readonly Words[]): string {
  const lines = all.flatMap(({ path, commands, options, argument }) => {
    const here = condition(
      path,
      commands.map(({ name }) => name),
    );
    return [
      ...commands.map(({ name, summary }) => `complete -c prl -f -n ${quote(here)} -a ${name} -d ${quote(summary)}`),
      ...(argument.kind === 'any' ? [] : [`complete -c prl -f -n ${quote(here)} -a ${quote(fishWords(argument))}`]),
      ...options.map(({ flags, description, values }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
        const after = values === undefined ? '' : values.kind === 'any' ? ' -r' : ` -x -a ${quote(fishWords(values))}`;
        return `complete -c prl -n ${quote(here)} ${names}${after} -d ${quote(description)}`;
      }),
    ];
  });
  return `${lines.join('\n')}\ncomplete -c parallelrun -w prl\n`;
}

function fishWords(values: Exclude<Values, { kind: 'any' }>): string {
  return values.kind === 'words' ? values.words.join(' ') : `(prl __complete ${values.asked} (commandline -opc) 2>/dev/null)`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** True while the words before the cursor are exactly this command's. */
function condition(path: string, subcommands: readonly string[]): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const unseen = subcommands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${subcommands.join(' ')}`];
  return [...seen, ...unseen].join('; and ');
}
