/**
 * The formats of an MLTable in the smaller language that our readers know (`Column.formats`). The library reads them as
 * `strftime` of Rust's chrono does (https://docs.rs/chrono/latest/chrono/format/strftime/), where some directives stand for several, and some
 * read more than one spelling: such a format becomes several.
 */

const spelledOut: Readonly<Record<string, readonly string[]>> = {
  '%F': ['%Y-%m-%d'],
  '%T': ['%H:%M:%S'],
  '%X': ['%H:%M:%S'],
  '%R': ['%H:%M'],
  '%D': ['%m/%d/%y'],
  '%x': ['%m/%d/%y'],
  '%r': ['%I:%M:%S %p'],
  '%c': ['%a %b %d %H:%M:%S %Y'],
  '%v': ['%d-%b-%Y'],
  '%+': ['%Y-%m-%dT%H:%M:%S.%f%z'],
  '%e': ['%d'],
  '%k': ['%H'],
  '%l': ['%I'],
  '%h': ['%b'],
  '%P': ['%p'],
  '%n': [' '],
  '%t': [' '],
  '%C%y': ['%Y'],
  '%.f': ['.%f'],
  '%B': ['%B', '%b'],
  // Names of zones are read and passed over: only those that then mean what they say are taken.
  '%Z': ['UTC', 'GMT'],
};

/** `%-d` and `%_H` are as `%d` and `%H`, `%3f` and `%.6f` as `%f` and `.%f`, `%:z` as `%z`: what is read may be padded in any way. */
const piece = /%C%y|%[-_0]?[A-Za-z+%]|%(?:\.?[369]?f|:{1,3}z|#z)|%./gs;

/** All formats that a format of an MLTable stands for; directives that are not known are left as they are. */
export function spellOut(format: string): readonly string[] {
  let formats = [''];
  let end = 0;
  const append = (texts: readonly string[]): void => {
    formats = formats.flatMap((start) => texts.map((text) => start + text));
  };
  for (const { 0: found, index } of format.matchAll(piece)) {
    const simple = found
      .replace(/^%[-_0](?=[A-Za-z])/, '%')
      .replace(/^%(\.?)[369]f$/, '%$1f')
      .replace(/^%[:#]+z$/, '%z');
    append([format.slice(end, index)]);
    append(spelledOut[simple] ?? [simple]);
    end = index + found.length;
  }
  append([format.slice(end)]);
  return formats;
}
