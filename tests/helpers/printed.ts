import { vi } from 'vitest';

/** What a command prints on standard output, run in this process; what it is refused for is thrown. */
export async function printed(run: () => Promise<unknown>): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += String(part);
    return true;
  });
  try {
    await run();
    return text;
  } finally {
    write.mockRestore();
  }
}
