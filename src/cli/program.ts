import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { addServe } from './commands/serve.ts';
import { addBackup } from './commands/backup.ts';
import { addDoubles } from './commands/doubles.ts';
import { addDrafts } from './commands/drafts.ts';
import { addDoctor } from './commands/doctor.ts';
import { addKeys } from './commands/keys.ts';
import { addDemo } from './commands/demo.ts';
import { addImport } from './commands/import.ts';
import { addExport } from './commands/export.ts';
import { addRestore } from './commands/restore.ts';
import { addList } from './commands/list.ts';
import { addShow } from './commands/show.ts';
import { addHistory } from './commands/history.ts';
import { addView } from './commands/view.ts';
import { addReport } from './commands/report.ts';
import { addParties } from './commands/parties.ts';
import { addDue } from './commands/due.ts';
import { addDocuments } from './commands/documents.ts';
import { addChanges } from './commands/changes.ts';
import { addFigure } from './commands/figure.ts';
import { addRecord } from './commands/record.ts';
import { addRead } from './commands/read.ts';
import { addWatch } from './commands/watch.ts';
import { addReplay } from './commands/replay.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addCheck } from './commands/check.ts';
import { addKey } from './commands/key.ts';
import { addCheckpoint } from './commands/checkpoint.ts';
import { addProve } from './commands/prove.ts';
import { addBundle } from './commands/bundle.ts';
import { addTemplate } from './commands/template.ts';
import { addVerify } from './commands/verify.ts';
import { addWitness } from './commands/witness.ts';
import { readFlags } from './flags.ts';
import { visible } from './text/visible.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** The functions that add each command, in the order of `--help`. */
const commands = [
  addServe,
  addDemo,
  addImport,
  addExport,
  addRestore,
  addList,
  addShow,
  addHistory,
  addView,
  addReport,
  addParties,
  addDue,
  addDocuments,
  addChanges,
  addFigure,
  addRecord,
  addRead,
  addWatch,
  addReplay,
  addRebuild,
  addCheck,
  addKey,
  addCheckpoint,
  addProve,
  addBundle,
  addVerify,
  addWitness,
  addKeys,
  addBackup,
  addDoctor,
  addDoubles,
  addTemplate,
  addDrafts,
];

/** The command `ledger`. Every option is also an environment variable; `-` is standard input or output. */
export function program(): Command {
  const ledger = new Command('ledger')
    .description(
      'The ledger of diplomatic commitments: what was asked, pledged, disputed and fulfilled, in which words, by whom.',
    )
    .version(version, '--version', 'the version of this program')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void process.stdout.write(visible(text)),
      writeErr: (text) => void process.stderr.write(visible(text)),
    })
    .showHelpAfterError('(add --help for what is expected)')
    .addOption(new Option('--data <dir>', 'the folder that holds the ledger').default('.ledger').env('LEDGER_DATA'))
    .addOption(
      new Option('--store <address>', 'the server that holds the ledger, esdb://host:port; by default the folder does').env(
        'LEDGER_STORE',
      ),
    )
    .addOption(
      new Option('--offline', 'read, check or export the local copy of a server’s ledger, without the server').env(
        'LEDGER_OFFLINE',
      ),
    );

  for (const add of commands) add(ledger);
  return readFlags(ledger, process.env);
}
