import type { Command } from 'commander';
import { hasLedger, openLedger } from '../../compose.ts';
import { examineFolder } from '../../operations/folder.ts';
import { examineLedger } from '../../operations/doctor.ts';
import type { Finding } from '../../operations/finding.ts';
import { jsonOption } from '../flags.ts';
import { programDigest } from '../programDigest.ts';
import { print, printJson, toJson } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';
import { example } from './options.ts';

type Options = { readonly data: string; readonly store?: string; readonly offline?: boolean; readonly json?: boolean };

/** Adds `ledger doctor`. Ends with 1 where something does not work, with 2 where something is likely to fail, else with 0. */
export function addDoctor(ledger: Command): void {
  ledger
    .command('doctor')
    .description('say what is wrong with a ledger and its folder, or soon will be, and what to do; ends with 1, or 2, or 0')
    .addOption(jsonOption('as JSON'))
    .addHelpText('after', example('ledger doctor --data /var/lib/ledger'))
    .action(async (_, command: Command) => {
      const options: Options = command.optsWithGlobals();
      const findings = await examine(options);
      const wrong = findings.filter(({ severity }) => severity === 'wrong').length;
      process.exitCode = wrong > 0 ? 1 : findings.length > 0 ? 2 : 0;
      const about = { program: programDigest(), node: process.versions.node, sqlite: process.versions['sqlite'] };
      if (options.json) return printJson(toJson({ ...about, findings }));
      const lines = findings.map(({ severity, text }) => `${severity.padEnd(5)}  ${oneLine(text)}\n`);
      const verdict = findings.length === 0 ? 'nothing is wrong' : `${wrong} wrong, ${findings.length - wrong} soon`;
      await print(`${lines.join('')}${options.data}: ${verdict} (Node ${about.node}, SQLite ${about.sqlite})\n`);
    });
}

async function examine(options: Options): Promise<Finding[]> {
  const { data, store, offline } = options;
  const ofFolder = examineFolder(data);
  if (store === undefined && !offline && !hasLedger(data)) {
    const text = `${data}: it holds no ledger; name the right folder with --data, or begin one with serve, import or restore`;
    return ofFolder.some((one) => one.text.startsWith(`${data}: there is no`))
      ? ofFolder
      : [...ofFolder, { severity: 'wrong', text }];
  }
  return [...ofFolder, ...(await examineLedger(() => openLedger(options)))];
}
