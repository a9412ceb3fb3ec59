import type { Command } from 'commander';
import { type FigureAnswer, figureAnswer } from '../../../projections/figure.ts';
import { answerOf } from '../answers.ts';
import { printFigureForEver } from '../text/print.ts';
import { reading, example, type ReadingOptions } from './options.ts';
import { asking } from './asking.ts';

/** Adds `ledger figure`. */
export function addFigure(ledger: Command): void {
  reading(ledger.command('figure').argument('<announcement>', 'its id').argument('<key>', 'the key of the term'))
    .description('one figure for ever: its words and sources, what became of it, and how to cite it')
    .addHelpText('after', example('ledger figure 01K38TCSG0E13T5MGP7VBN82TM total'))
    .action(async (announcement: string, key: string, _, command: Command) => {
      const path = `/figures/${announcement}/${key}`;
      const { json }: ReadingOptions = command.optsWithGlobals();
      let now: FigureAnswer | undefined;
      await asking(
        command,
        async (ask, cut) => {
          const isPast = Object.values(cut).some((one) => one !== undefined);
          if (isPast && !json) now = await answerOf(ask, figureAnswer, path);
          return answerOf(ask, figureAnswer, path, cut);
        },
        (answer, columns) => printFigureForEver(answer, columns, now),
      );
    });
}
