import { type Command, Option } from 'commander';
import { check, checkReadModel } from '../../read/check.ts';
import { parseRoot } from '../../proof/tree.ts';
import { tell } from '../text/terminal.ts';
import { example, wholeNumber } from './options.ts';
import { withLedger } from './withLedger.ts';
import { progress } from '../text/progress.ts';

/** Adds `ledger check`. */
export function addCheck(ledger: Command): void {
  ledger
    .command('check')
    .description(
      'walk the whole log, parse every event, judge every rule again, compare the read model, and say what is wrong and where',
    )
    .addOption(new Option('--root <root>', 'a root that check or /ready said before: whether the log still has it'))
    .addOption(new Option('--size <n>', 'of how many events that root is (default: all)').argParser(wholeNumber))
    .addHelpText('after', example('ledger check --root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= --size 0'))
    .action(async (asked: { root?: string; size?: number }, command: Command) => {
      const root = asked.root === undefined ? undefined : parseRoot(asked.root);
      if (asked.root !== undefined && !root)
        throw new Error(`expected a root (32 bytes in base64 or hexadecimal), found "${asked.root}"`);
      if (asked.size !== undefined && !root) throw new Error('expected --size together with --root, found no --root');
      await withLedger(command, async ({ ledger: { log, clock }, reader }) => {
        const [onProgress, onCompared] = [progress('events checked'), progress('events compared')];
        const result = await check(log, onProgress, clock, root && { root, size: asked.size });
        onProgress.end();
        const findings = [...new Set([...result.findings, ...(await checkReadModel(reader, onCompared))])];
        onCompared.end();
        for (const finding of findings) tell(finding);
        if (findings.length > 0) process.exitCode = 1;
        const { events, commitments } = result;
        const verdict = findings.length === 0 ? 'sound' : `${findings.length} findings`;
        process.stdout.write(`${events} events of ${commitments} commitments in ${log.ledger}: ${verdict}\n`);
        process.stdout.write(`root ${result.root} of ${events} events\n`);
      });
    });
}
