/**
 * Puts text into a bash command so that bash reads back exactly that text, wherever it stands: bare, between double
 * quotes or between single quotes. Paths with spaces then need no care from whoever wrote the command.
 */
export type Quoting = 'bare' | 'double' | 'single';

/** The quoting that holds at the end of a piece of a bash command, given the one at its start. */
export function quotingAfter(command: string, start: Quoting): Quoting {
  let quoting = start;
  for (let i = 0; i < command.length; i++) {
    const character = command[i];
    if (quoting === 'single') {
      if (character === "'") quoting = 'bare';
    } else if (character === '\\') i++;
    else if (character === '"') quoting = quoting === 'double' ? 'bare' : 'double';
    else if (character === "'" && quoting === 'bare') quoting = 'single';
  }
  return quoting;
}

/** Text of harmless characters stays as it is, so that the command reads as it was written. */
export function shellQuote(text: string, quoting: Quoting): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  switch (quoting) {
    case 'bare':
      return `'${text.replaceAll("'", "'\\''")}'`;
    case 'double':
      return text.replace(/[\\"$`]/g, '\\$&');
    case 'single':
      return text.replaceAll("'", "'\\''");
  }
}
