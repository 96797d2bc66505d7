export function run(): string[] {
  return ['done'];
}
