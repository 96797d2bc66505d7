export function run<T>(rows: Iterable<T>): T[] {
  return [...rows];
}
