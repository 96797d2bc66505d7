export async function up(_: unknown): Promise<number> {
  return 0;
}
