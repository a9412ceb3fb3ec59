import { mkdtempSync, rmSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startService } from '../faults/service.ts';
import type { Attack } from './attack.ts';

/**
 * Tries every attack of this folder against a started service, a fresh one for each file, and prints a table of what was tried and
 * what held: `npm run test:attacks -- --only host`. Exit code 1 when anything fell.
 */
const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' } } });

let fallen = 0;
let tried = 0;
const started = performance.now();
process.stdout.write('| group | tried | held | ms |\n| --- | --- | --- | --- |\n');
for (const file of (await Array.fromAsync(glob('*.attack.ts', { cwd: import.meta.dirname }))).toSorted()) {
  const group = basename(file, '.attack.ts');
  if (!group.includes(options.only)) continue;
  const { attacks } = (await import(join(import.meta.dirname, file))) as { attacks: readonly Attack[] };
  const folder = mkdtempSync(join(tmpdir(), 'attacks-'));
  const data = join(folder, 'ledger');
  const service = await startService(data);
  try {
    for (const { name, run } of attacks) await attempt(group, name, () => run({ service, data }));
  } finally {
    service.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
process.stdout.write(`\n${tried - fallen} of ${tried} held, in ${seconds} s\n`);
process.exitCode = fallen > 0 || tried === 0 ? 1 : 0;

async function attempt(group: string, name: string, run: () => Promise<string>): Promise<void> {
  tried += 1;
  const began = performance.now();
  let held: string;
  try {
    held = await run();
  } catch (error) {
    fallen += 1;
    held = `**fell**: ${error instanceof Error ? error.message : String(error)}`;
  }
  const cells = [group, name, held.replaceAll(/\s+/g, ' '), (performance.now() - began).toFixed(0)];
  process.stdout.write(`| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`);
}
