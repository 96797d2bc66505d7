/** What a Dockerfile installs: the packages that its `RUN pip install …` and the like name. */

/** A word of an install command, or the file of packages that it names, with its line (1-based). */
export interface Installed {
  readonly kind: 'package' | 'file';
  readonly text: string;
  readonly line: number;
}

const installers = /^(?:.*\/)?(?:pip|pip3|conda|mamba|micromamba|uv)$/;
const fileOptions = ['-r', '--requirement', '--requirements', '--file'];
/** Those that take the next word, which is no package then. */
const valueOptions = [
  '-c',
  '--channel',
  '--constraint',
  '-f',
  '--find-links',
  '-i',
  '--index-url',
  '--extra-index-url',
  '-n',
  '--name',
  '-p',
  '--prefix',
  '-t',
  '--target',
];

export function installedBy(dockerfile: string): readonly Installed[] {
  const found: Installed[] = [];
  let run = false;
  let command: string[] = [];
  for (const [index, text] of dockerfile.split(/\r?\n/).entries()) {
    // Comments may stand between the lines of one instruction.
    if (/^\s*(#|$)/.test(text)) continue;
    const begins = /^\s*RUN\s+/i.exec(text);
    if (begins !== null) [run, command] = [true, []];
    const own = run ? text.slice(begins?.[0].length ?? 0) : '';
    for (const word of own.replace(/\\\s*$/, '').match(/&&|\|\||[;|&]|[^\s;|&]+/g) ?? []) {
      if (/^[;|&]/.test(word)) command = [];
      else {
        const kind = installs(command, word);
        if (kind !== undefined) found.push({ kind, text: word.replace(/^["']|["']$/g, ''), line: index + 1 });
        command.push(word);
      }
    }
    if (!/\\\s*$/.test(text)) run = false;
  }
  return found;
}

/** What a word is, behind those of its command before it. */
function installs(before: readonly string[], word: string): Installed['kind'] | undefined {
  const install = before.indexOf('install');
  if (install < 0 || !before.slice(0, install).some((each) => installers.test(each))) return undefined;
  const last = before.at(-1) ?? '';
  if (fileOptions.includes(last)) return 'file';
  return word.startsWith('-') || valueOptions.includes(last) ? undefined : 'package';
}
