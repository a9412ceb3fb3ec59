import type { Command } from 'commander';
import type { SheetData } from 'write-excel-file/node';
import { itemColumns, sharedColumns, sheetNames } from '../document/sheetColumns.ts';
import { writeWhole } from '../wholeFile.ts';
import { tell } from '../text/terminal.ts';
import { example } from './options.ts';

/** Adds `ledger template`. */
export function addTemplate(ledger: Command): void {
  ledger
    .command('template')
    .description(
      'write a workbook to fill in with what one document says of many commitments; record --document and import take it',
    )
    .requiredOption('-o, --output <file>', 'where to: a file that ends in .xlsx')
    .addHelpText('after', example('ledger template -o document.xlsx'))
    .action(async ({ output }: { output: string }) => {
      if (!output.endsWith('.xlsx')) throw new Error(`expected a file that ends in .xlsx, found ${output}`);
      await writeWhole(output, pieces());
      tell(`wrote ${output}; fill it in, then: ledger record --document ${output} --dry-run`);
    });
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  const heading = (value: string) => ({ value, fontWeight: 'bold' as const });
  const shared: SheetData = [
    [heading('Field'), heading('Value')],
    ...sharedColumns.map(({ title }) => [{ value: title }, null]),
  ];
  const items: SheetData = [itemColumns.map(({ title }) => heading(title))];
  const help: SheetData = [
    [heading('Column'), heading('What to write')],
    ...[...new Map(itemColumns.map(({ title, hint }) => [title, hint]))].map(([title, hint]) => [
      { value: title },
      { value: hint, type: String },
    ]),
    [{ value: sheetNames.shared }, { value: 'What every item has unless its row says otherwise', type: String }],
    [
      { value: sheetNames.items },
      { value: 'A row an item; a row with words and figures alone is one more term of the item above', type: String },
    ],
  ];
  const { default: writeExcelFile } = await import('write-excel-file/node');
  yield await writeExcelFile([
    { sheet: sheetNames.shared, data: shared, columns: [{ width: 20 }, { width: 60 }] },
    { sheet: sheetNames.items, data: items, columns: itemColumns.map(() => ({ width: 16 })), stickyRowsCount: 1 },
    { sheet: sheetNames.help, data: help, columns: [{ width: 20 }, { width: 80 }] },
  ]).toBuffer();
}
