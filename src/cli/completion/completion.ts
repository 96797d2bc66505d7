/** Completion scripts: static texts made from the tree of commands, so that completing starts no process. */
import type { Command } from 'commander';
import { RequestError } from '../../errors/types.ts';

interface Words {
  /** `''` for the program itself, `job`, `job show`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly { readonly flags: readonly string[]; readonly description: string; readonly choices: readonly string[] }[];
}

/** @param program with all its branches. @throws RequestError for a shell that is none of the three. */
export function completion(shell: string, program: Command): string {
  const words = collectWords(program, '');
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`;
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
    commands: command.commands.map((each) => ({ name: each.name(), summary: each.summary() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      description: option.description,
      choices: option.argChoices ?? [],
    })),
  };
  return [own, ...command.commands.flatMap((each) => collectWords(each, path === '' ? each.name() : `${path} ${each.name()}`))];
}

function bash(all: readonly Words[]): string {
  const cases = all.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags)].join(' ');
    return `    '${path}') words='${words}' ;;`;
  });
  const choices = all.flatMap(({ path, options }) =>
    options.flatMap(({ flags, choices: values }) =>
      values.length === 0 ? [] : flags.map((flag) => `    '${path} ${flag}') words='${values.join(' ')}' ;;`),
    ),
  );
  return `_prl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case " ${all.map(({ path }) => path.replaceAll(' ', '/')).join(' ')} " in
      *" \${path:+$path/}$word "*) path=\${path:+$path/}$word ;;
    esac
  done
  path=\${path//\\// }
  case $path in
${cases.join('\n')}
  esac
  case "$path $previous" in
${choices.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _prl prl parallelrun
`;
}

function fish(all: readonly Words[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = all.flatMap(({ path, commands, options }) => {
    const here = condition(
      path,
      commands.map(({ name }) => name),
    );
    return [
      ...commands.map(({ name, summary }) => `complete -c prl -f -n ${quote(here)} -a ${name} -d ${quote(summary)}`),
      ...options.map(({ flags, description, choices }) => {
        const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
        const values = choices.length === 0 ? '' : ` -x -a ${quote(choices.join(' '))}`;
        return `complete -c prl -n ${quote(here)} ${names}${values} -d ${quote(description)}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** True while the words before the cursor are exactly this command's. */
function condition(path: string, subcommands: readonly string[]): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const unseen = subcommands.length === 0 ? [] : [`not __fish_seen_subcommand_from ${subcommands.join(' ')}`];
  return [...seen, ...unseen].join('; and ');
}
