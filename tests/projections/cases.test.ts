import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tradeTerms } from '../../projections/views/builtIn.ts';
import { changesBetween } from '../../src/read/changes.ts';
import { viewAt } from '../../src/read/viewAt.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { importLines, restoreLines } from '../../src/exchange/transfer.ts';
import { bytes, type Given, given } from '../helpers/given.ts';

/** Small ledgers on which the ledger once said something wrong. */

function lines(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'cases', `${name}.ndjson`), 'utf8');
}

async function restored(name: string): Promise<Given> {
  const log = openMemoryLog({ ledger: '/ledgers/hand' });
  const result = await restoreLines(log, bytes(lines(name)), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
  return given(log);
}

async function trade({ reader, cut }: Given, asked: { asOf?: string; size?: number }) {
  return viewAt(reader, tradeTerms, await cut(asked));
}

test('a part is left out while the commitment between it and its whole is not recorded yet, and nothing moves when it is', async () => {
  const ledger = await restored('double-count-through-dangling');
  for (const size of [4, 5, 6]) {
    const { totals } = await trade(ledger, { size });
    expect(totals).toMatchObject([{ min: '100', max: '100', counted: [{ key: 'total' }] }]);
    expect(totals[0]?.leftOut).toEqual([
      {
        commitment: '01HK0000000000000000000003',
        key: 'total',
        reason: 'part',
        about: '01HK0000000000000000000001',
      },
    ]);
  }
  const changes = await changesBetween(ledger.reader, await ledger.cut({ size: 4 }), await ledger.cut({ size: 6 }));
  expect(changes.totals).toEqual([]);
});

test('a term whose key is disputed stays marked when it is announced again', async () => {
  const ledger = await restored('disputed-mark-lost');
  for (const size of [3, 4]) {
    const { totals } = await trade(ledger, { size });
    expect(totals).toMatchObject([{ counted: [{ key: 'total', disputed: true }] }]);
  }
});

test.each(['proposal-refused', 'mutual-not-part-of'])('%s is restored and imported', async (name) => {
  await restored(name);
  const refused: unknown[] = [];
  const result = await importLines(given().ledger, bytes(lines(name)), { onRefused: (one) => refused.push(one) });
  expect(refused).toEqual([]);
  expect(result).toMatchObject({ recorded: 2 });
});

test('a tariff is backdated when it was announced after the start of its effect, though another was in force until then', async () => {
  const ledger = await restored('backdated-behind-another');
  const { tariffs } = await trade(ledger, { asOf: '2025-01-14' });
  expect(tariffs).toMatchObject([{ key: 'rate', inForce: '15', since: '2024-12-31', backdated: true }]);
});
