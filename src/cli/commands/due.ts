import type { Command } from 'commander';
import { calendar } from '../../../projections/asked.ts';
import { allPages } from '../answers.ts';
import { printCalendar } from '../text/printAcross.ts';
import { example, filtering, filtersOf, reading } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger due`. */
export function addDue(ledger: Command): void {
  filtering(reading(ledger.command('due')), { hasSides: false })
    .description('what has a day ahead: deadlines, ends of effects and periods, expected days, notices')
    .option('--from <day>', 'the first day (default: the day asked)')
    .option('--to <day>', 'the last day (default: none)')
    .addHelpText('after', example('ledger due --party US --to 2026-12-31'))
    .action(async (_, command: Command) => {
      const asked = { shape: calendar, path: '/due', rows: 'due' as const };
      await asking(command, async (ask, cut) => allPages(ask, asked, { ...filtersOf(command), ...cut }), printCalendar);
    });
}
