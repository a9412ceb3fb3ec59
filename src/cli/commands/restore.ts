import type { Command } from 'commander';
import { chain, replayable, sourceOf } from '../inputs.ts';
import { type RefusedLine, restoreLines } from '../../exchange/transfer.ts';
import { tell } from '../text/terminal.ts';
import { example } from './options.ts';
import { withLedger } from './withLedger.ts';
import { progress } from '../text/progress.ts';
import { isBackup, restoreFrom } from './backup.ts';
import { tellRefused } from './refusedLine.ts';

/** Adds `ledger restore`. */
export function addRestore(ledger: Command): void {
  ledger
    .command('restore')
    .argument('<files...>', 'NDJSON files, one after the other, - for standard input; or one file that ledger backup wrote')
    .description(
      'rebuild a ledger with ids, order, times and recorders: into an empty one, or going on where it was interrupted',
    )
    .option('--as-recorded', 'also lines that break a rule or lie ahead of the clock, which are listed at the end')
    .addHelpText('after', example('ledger restore ledger.ndjson --data copy'))
    .action(async (files: string[], { asRecorded }: { asRecorded?: boolean }, command: Command) => {
      const [first = ''] = files;
      if (files.length === 1 && isBackup(first)) return restoreFrom(command, first);
      const { bytes, placeOf } = chain(files);
      const replay = replayable(bytes);
      const name = await sourceOf(replay.peek());
      const tellLine = ({ number, rejection }: RefusedLine, what: string): void => {
        const place = placeOf(number);
        tellRefused({ number: place.number, rejection }, place.file, what);
      };
      await withLedger(
        command,
        async ({ ledger: { log, clock } }) => {
          const onProgress = progress('lines restored');
          const result = await restoreLines(log, replay.all(), { clock, onProgress, asRecorded });
          onProgress.end();
          if ('number' in result) {
            tellLine(result, 'refused');
            process.exitCode = 1;
            const { number } = placeOf(result.number);
            const size = await log.size();
            tell(
              `stopped: ${size} ${size === 1 ? 'event is' : 'events are'} in the ledger; the lines before line ${number} stay`,
            );
            if (result.isSound) tell('with --as-recorded a restore takes such lines as they are, and lists them');
            return;
          }
          for (const line of result.broken ?? []) tellLine(line, 'taken as recorded');
          if (result.restored + result.present === 0) tell('the file holds no event: nothing to restore');
          else tell(`${result.restored} restored, ${result.present} were there already`);
          const broken = result.broken?.length ?? 0;
          if (broken > 0) tell(`${broken} of them break a rule or lie ahead of the clock`);
        },
        name,
      );
    });
}
