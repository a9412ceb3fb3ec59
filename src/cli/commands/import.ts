import { type Command, Option } from 'commander';
import type { Opened } from '../../../domain/announcement.ts';
import { canonicalJson } from '../../../domain/json.ts';
import type { Rejection } from '../../../domain/rejection.ts';
import { sameInWords } from '../../read/doubtful.ts';
import { type Double, knownKeys } from '../../read/recordedTwice.ts';
import type { Log } from '../../store/log.ts';
import { isSpreadsheet } from '../document/documentSheet.ts';
import { input, inputName } from '../inputs.ts';
import type { ImportedLine } from '../../exchange/line.ts';
import { importLines, type RefusedLine } from '../../exchange/transfer.ts';
import { reported } from './doubles.ts';
import { type Imported, importDocument } from './importDocument.ts';
import { tell } from '../text/terminal.ts';
import { nameOption, recorderOption, example } from './options.ts';
import { withLedger } from './withLedger.ts';
import { progress } from '../text/progress.ts';
import { tellRefused } from './refusedLine.ts';

type Find = (line: ImportedLine) => Promise<readonly Double[]>;

/**
 * Finds doubles among what the ledger held before the import began: repetitions within the imported files are not doubles of
 * another desk.
 */
async function doublesBefore(log: Log): Promise<Find> {
  const keys = await knownKeys(log);
  const openings = new Map<string, Opened>();
  const openingOf = async (commitment: string): Promise<Opened | undefined> => {
    const [first] = openings.has(commitment) ? [] : await log.readStream(commitment);
    if (first) openings.set(commitment, JSON.parse(first.data) as Opened);
    return openings.get(commitment);
  };
  return async ({ id, commitment, event }) => {
    if ((await log.find(id)) !== undefined) return [];
    const said = { id, stream: commitment, type: event.type, data: canonicalJson(event.data) };
    const doubles = keys.find(said, event.type === 'opened' ? undefined : await openingOf(commitment));
    return doubles.filter(({ same }) => reported.has(same));
  };
}

/** Reports a line that may be recorded already, and refuses it where that is asked. */
function doubleJudge(find: Find, { file, refuses }: { file: string; refuses: boolean }) {
  return async (number: number, line: ImportedLine): Promise<Rejection | undefined> => {
    const [double] = await find(line);
    if (!double) return undefined;
    const detail = `expected what is not recorded yet, found ${sameInWords[double.same]}, event ${double.earlier}`;
    if (refuses) return { reason: 'invalid', problems: [{ pointer: `/data${double.pointer}`, detail }] };
    tell(`line ${number} in ${inputName(file)} may be a double of event ${double.earlier}: ${sameInWords[double.same]}`);
    return undefined;
  };
}

/** Adds `ledger import`. */
export function addImport(ledger: Command): void {
  ledger
    .command('import')
    .argument('<files...>', 'NDJSON files, one event a line, - for standard input; or documents as xlsx or csv')
    .description(
      'record each line anew, through the same rules as the API; refused lines are reported and the rest goes on; a spreadsheet is recorded whole or not at all',
    )
    .addOption(
      new Option('--doubles <what>', 'what to do with a line that the ledger may have already: report or refuse it').choices([
        'report',
        'refuse',
      ]),
    )
    .addOption(nameOption())
    .addOption(recorderOption())
    .addHelpText('after', example('ledger import src/data/summit-2025-08.ndjson'))
    .action(async (files: string[], { doubles }: { doubles?: 'report' | 'refuse' }, command: Command) =>
      withLedger(command, async (opened) => {
        const target = opened.ledger;
        const find = doubles && (await doublesBefore(target.log));
        const onProgress = progress('lines read');
        const result = { recorded: 0, skipped: 0, refused: 0 };
        for (const file of files) {
          if (isSpreadsheet(file)) {
            add(result, await importDocument(opened, file, doubles));
            continue;
          }
          const onRefused = (line: RefusedLine): void => tellRefused(line, inputName(file));
          const judge = find && doubleJudge(find, { file, refuses: doubles === 'refuse' });
          const imported = await importLines(target, input(file), { onRefused, onProgress, judge });
          if (imported.recorded + imported.skipped + imported.refused === 0) tell(`${inputName(file)} holds no event`);
          add(result, imported);
        }
        onProgress.end();
        tell(`${result.recorded} recorded, ${result.skipped} already there, ${result.refused} refused`);
        if (result.refused > 0) process.exitCode = 1;
      }),
    );
}

function add(sum: { -readonly [count in keyof Imported]: number }, { recorded, skipped, refused }: Imported): void {
  sum.recorded += recorded;
  sum.skipped += skipped;
  sum.refused += refused;
}
