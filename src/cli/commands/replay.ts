import { type Command, Option } from 'commander';
import { viewNamed } from '../../../projections/views/views.ts';
import { definitionsIn } from '../../read/definitions.ts';
import { settleCut } from '../../read/queries.ts';
import { replay } from '../../read/replay.ts';
import { print } from '../text/terminal.ts';
import { example, wholeNumber } from './options.ts';
import { unlessInterrupted } from './withLedger.ts';
import { progress } from '../text/progress.ts';
import { printDifferences } from './differences.ts';

/** Adds `ledger replay`. */
export function addReplay(ledger: Command): void {
  ledger
    .command('replay')
    .argument('<view>', 'the name of a view, or all')
    .description('fold the log from zero beside the read model in use, and report where the two differ; changes nothing')
    .addOption(new Option('--to <size>', 'only the first events (default: all)').argParser(wholeNumber))
    .addHelpText('after', example('ledger replay all'))
    .action(async (name: string, { to }: { to?: number }, command: Command) => {
      await unlessInterrupted(command, async ({ reader }) => {
        const { views } = definitionsIn(reader);
        const view = viewNamed(name, views);
        if (!view) throw new Error(`expected a view (${views.map((one) => one.name).join(', ')}), found "${name}"`);
        const chosen = name === 'all' ? views : [view];
        const cut = await settleCut(reader, { size: to });
        if ('detail' in cut) throw new Error(cut.detail);
        const onFolded = progress('events folded');
        const onCompared = progress('commitments compared');
        const result = await replay(reader, { views: chosen, all: name === 'all', cut, onFolded, onCompared });
        for (const shown of [onFolded, onCompared]) shown.end();
        await printDifferences(result);
        const count = result.differences.length;
        const verdict = count === 0 ? 'equal' : `${count} differences; ledger rebuild mends them`;
        await print(`${name}: ${result.commitments} commitments at size ${cut.size}: ${verdict}\n`);
        if (count > 0) process.exitCode = 1;
      });
    });
}
