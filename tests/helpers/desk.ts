import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { openLedger, type OpenedLedger } from '../../src/compose.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';
import { createApp } from '../../src/http/app.ts';
import { bytesOf } from './given.ts';
import { printed } from './printed.ts';

/** A ledger in a folder, as a desk has it. */
export type Desk = {
  readonly app: ReturnType<typeof createApp>;
  /** What a command prints over the same folder. */
  readonly ledger: (args: readonly string[]) => Promise<string>;
};

/** The ledger of these exported files, in a folder of its own, for all tests of the file that calls this. */
export function deskOf(name: string, files: readonly string[]): Desk {
  const data = mkdtempSync(join(tmpdir(), 'ledger-desk-'));
  let opened: OpenedLedger;
  let app: Desk['app'];
  beforeAll(async () => {
    opened = await openLedger({ data, ledger: name });
    await restoreLines(opened.ledger.log, bytesOf(...files), { clock: Date.now });
    app = createApp({ ledger: opened.ledger, reader: opened.reader });
  });
  afterAll(async () => {
    await opened.close();
    rmSync(data, { recursive: true, force: true });
  });
  return {
    get app() {
      return app;
    },
    ledger: (args) => printed(() => program().parseAsync(['node', 'ledger', ...args, '--data', data])),
  };
}
