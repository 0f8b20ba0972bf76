/** What a program prints, line by line, and what its `main` gave back. */
export async function printed<T>(body: () => T | Promise<T>): Promise<{ lines: string[]; result: T }> {
  const lines: string[] = [];
  const before = console.log;
  console.log = (...parts: unknown[]) => void lines.push(...parts.map(String).join(' ').split('\n'));
  try {
    return { result: await body(), lines };
  } finally {
    console.log = before;
  }
}
