/** Near misses: which of the allowed words was probably meant. */

/** Edit distance with transposition of neighbours; gives up (returns limit + 1) beyond `limit`. */
function distance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] ?? limit + 1;
}

/** The closest allowed word, when it is close enough to be a slip: spelling, case, `-` for `_`, camelCase. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  const normal = (text: string): string =>
    text
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_')
      .toLowerCase();
  const wanted = normal(word);
  // One letter for another is no slip but another name.
  const limit = wanted.length < 3 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  const sameWords = wordsIn(wanted).toSorted().join(' ');
  const turned = [...allowed].find((candidate) => wordsIn(normal(candidate)).toSorted().join(' ') === sameWords);
  if (turned !== undefined) return turned;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of allowed) {
    const found = distance(wanted, normal(candidate), limit);
    if (found <= limit && (best === undefined || found < best.distance)) best = { word: candidate, distance: found };
  }
  if (best !== undefined) return best.word;
  // Some of its words, and of no other.
  const longer = [...allowed].filter((candidate) => isPartOf(wordsIn(wanted), wordsIn(normal(candidate))));
  return longer.length === 1 ? longer[0] : undefined;
}

/** A word of so many letters says enough by itself. */
const wholeWord = 6;

function wordsIn(normal: string): readonly string[] {
  return normal.split('_');
}

function isPartOf(words: readonly string[], others: readonly string[]): boolean {
  const says = words.length > 1 || (words[0] ?? '').length >= wholeWord;
  return says && words.length < others.length && words.every((word) => others.includes(word));
}

/** `Did you mean x?`, or the allowed words when nothing is near. */
export function suggestion(word: string, allowed: readonly string[], what: string): string {
  const near = nearest(word, allowed);
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  if (allowed.length === 0) return `There is no ${what}.`;
  return `Known: ${allowed.join(', ')}.`;
}
