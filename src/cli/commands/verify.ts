import { readFileSync, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { parseCheckpoint, type Source, type Verdict, verify } from '../../proof/verifier.ts';
import { consistencyProof } from '../../http/proof/proof.ts';
import { answerOf, eventLines, textOf } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { print } from '../text/terminal.ts';
import { serverAsked } from './asking.ts';
import { collected, example, keyOption, serverOption } from './options.ts';

/** Adds `ledger verify`. */
export function addVerify(ledger: Command): void {
  ledger
    .command('verify')
    .argument(
      '[files...]',
      'exports (the first is verified, an older one shows where it differs), checkpoints, proofs, reports, bundles',
    )
    .description(
      'whether what the ledger proves holds: 0 proven, 1 a proof fails, 2 cannot tell; needs no ledger and no network',
    )
    .addOption(
      new Option('--key <key>', 'the verifier key of the ledger or of a witness, or a file that holds one')
        .argParser(collected)
        .default([]),
    )
    .addOption(serverOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger verify ledger.ndjson ledger.ndjson.checkpoint --key ledger.key'))
    .action(async (files: string[], { key }: { key: string[] }, command: Command) => {
      const ask = serverAsked(command);
      const { code, sentence } = ask ? await verifyService(ask, files, key) : await verify(files, key);
      await print(`${sentence}\n`);
      process.exitCode = code;
    });
}

/**
 * Checks files against the newest checkpoint of a running service. Older checkpoints are checked by proofs of consistency,
 * which the service is asked for; without a file, all events that the service gives are checked.
 */
export async function verifyService(ask: Ask, files: readonly string[], keys: readonly string[]): Promise<Verdict> {
  const newest = await textOf(ask, '/proof/checkpoint');
  const { size } = parseCheckpoint(newest);
  const sources: (Source | string)[] = [...files, source('the newest checkpoint', newest)];
  sources.push(source('the key', await textOf(ask, '/proof/key')));
  for (const file of files) {
    const kept = sizeOfCheckpoint(file);
    if (kept === undefined || kept === 0 || kept === size) continue;
    if (kept > size)
      return {
        code: 1,
        sentence: `NOT proven: the service has ${size} events, and ${file} is of ${kept}: the newest are gone`,
      };
    const step = await answerOf(ask, consistencyProof, '/proof/consistency', { from: kept, to: size });
    sources.push(source('the proof of consistency', JSON.stringify(step)));
  }
  if (files.length === 0) sources.push({ name: 'the service', text: '', bytes: () => bytesOf(eventLines(ask, 0, size)) });
  return verify(sources, keys);
}

/** Undefined for another file. */
function sizeOfCheckpoint(file: string): number | undefined {
  try {
    return statSync(file).size > 100_000 ? undefined : parseCheckpoint(readFileSync(file, 'utf8')).size;
  } catch {
    return undefined;
  }
}

function source(name: string, text: string): Source {
  return { name, text, bytes: () => bytesOf([text]) };
}

async function* bytesOf(pages: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const page of pages) yield Buffer.from(page);
}
