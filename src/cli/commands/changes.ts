import { type Command, Option } from 'commander';
import { changesOnPage } from '../../http/changes/changes.ts';
import { allPages } from '../answers.ts';
import { jsonOption } from '../flags.ts';
import { printChanges } from '../text/print.ts';
import { print, printJson, toJson, width } from '../text/terminal.ts';
import { changeSort, fieldSort, sortedBy, totalChangeSort } from '../../../projections/sorting.ts';
import { serverOption, keyOption, example, sorting } from './options.ts';
import { withAsk } from './asking.ts';

/** Adds `ledger changes`. */
export function addChanges(ledger: Command): void {
  sorting(ledger.command('changes'), { ...changeSort, ...fieldSort, ...totalChangeSort })
    .description('what changed between two cuts: new events, each field before and after, totals that changed')
    .option('--from <cut>', 'the earlier cut: a size, an instant or a day', '0')
    .option('--to <cut>', 'the later cut (default: now)')
    .addOption(new Option('--as-of <day>', "one day for both (default: each cut's own)").env('LEDGER_AS_OF'))
    .addOption(serverOption())
    .addOption(keyOption())
    .addOption(jsonOption())
    .addHelpText('after', example('ledger changes --from 2025-08-22 --to 2025-09-30'))
    .action(async (options: { from: string; to?: string; asOf?: string; sort?: string; json?: boolean }, command: Command) =>
      withAsk(command, async (ask) => {
        const { from, to, asOf, sort, json } = options;
        const asked = { shape: changesOnPage, path: '/changes', rows: 'commitments' as const };
        const found = await allPages(ask, asked, { from, to, asOf });
        const commitments = found.commitments.map((one) => ({ ...one, fields: sortedBy(one.fields, fieldSort, sort) }));
        const answer = {
          ...found,
          commitments: sortedBy(commitments, changeSort, sort),
          totals: sortedBy(found.totals ?? [], totalChangeSort, sort),
        };
        await (json ? printJson(toJson(answer)) : print(printChanges(answer, width())));
      }),
    );
}
