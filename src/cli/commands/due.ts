import type { Command } from 'commander';
import { type Calendar, calendar } from '../../../projections/asked.ts';
import { dueSort, sortedBy } from '../../../projections/sorting.ts';
import { allPages } from '../answers.ts';
import { printCalendar } from '../text/printAcross.ts';
import type { Ask } from '../ask.ts';
import { type CutOptions, example, filtering, filtersOf, reading, sorting } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger due`. */
export function addDue(ledger: Command): void {
  sorting(filtering(reading(ledger.command('due')), { hasSides: false }), dueSort)
    .description('what has a day ahead: deadlines, ends of effects and periods, expected days, notices')
    .option('--from <day>', 'the first day (default: the day asked)')
    .option('--to <day>', 'the last day (default: none)')
    .addHelpText('after', example('ledger due --party US --to 2026-12-31'))
    .action(async ({ sort }: { sort?: string }, command: Command) => {
      const asked = { shape: calendar, path: '/due', rows: 'due' as const };
      const question = async (ask: Ask, cut: CutOptions): Promise<Calendar> => {
        const answer = await allPages(ask, asked, { ...filtersOf(command), ...cut });
        return { ...answer, due: sortedBy(answer.due, dueSort, sort) };
      };
      await asking(command, question, printCalendar);
    });
}
