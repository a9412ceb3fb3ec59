import { existsSync } from 'node:fs';
import { keyIn } from '../inputs.ts';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { cosignedNote, openKey, verifierKey } from '../../proof/note.ts';
import { makePrivateFolder } from '../../store/privately.ts';
import { textOf } from '../answers.ts';
import { askServer } from '../ask.ts';
import { print } from '../text/terminal.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';
import { example, keyOption } from './options.ts';
import { verifyService } from './verify.ts';

type WitnessOptions = { readonly state: string; readonly key?: string; readonly cosign?: string; readonly keyFile?: string };

/** Adds `ledger witness`. */
export function addWitness(ledger: Command): void {
  ledger
    .command('witness')
    .argument('<address>', 'of a running service, http://host:port')
    .description(
      'keep the newest checkpoint of a service, and refuse one that does not go on from the last; to be run again and again',
    )
    .addOption(
      new Option('--state <dir>', 'where the key and the last checkpoint are kept').makeOptionMandatory().env('LEDGER_WITNESS'),
    )
    .addOption(new Option('--key <key>', 'the verifier key of the ledger, at the first time (default: the one that it gives)'))
    .addOption(new Option('--cosign <name>', 'sign it too, under this name (c2sp.org/tlog-cosignature)'))
    .addOption(keyOption())
    .addHelpText('after', example('ledger witness https://ledger.example --state ledger-example --cosign witness.example'))
    .action(async (address: string, options: WitnessOptions) => witness(address, options, Date.now));
}

async function witness(address: string, { state, key, cosign, keyFile }: WitnessOptions, clock: () => number): Promise<void> {
  makePrivateFolder(state);
  const [kept, pinned] = [join(state, 'ledger.checkpoint'), join(state, 'ledger.key')];
  const ask = askServer(address, keyFile === undefined ? undefined : keyIn(keyFile));
  if (!existsSync(pinned)) await writeWhole(pinned, inPieces(key === undefined ? await textOf(ask, '/proof/key') : `${key}\n`));
  // Asked for once, so that the checkpoint verified is the one stored.
  const checkpoint = await textOf(ask, '/proof/checkpoint');
  const once: typeof ask = async (path, init) =>
    path === '/proof/checkpoint' ? new Response(checkpoint, { headers: { 'Content-Type': 'text/plain' } }) : ask(path, init);
  const before = existsSync(kept) ? [kept] : [];
  const verdict = await verifyService(once, before, [pinned]);
  await print(`${verdict.sentence}\n`);
  process.exitCode = verdict.code;
  if (verdict.code !== 0) return writeWhole(join(state, 'refused.checkpoint'), inPieces(checkpoint));
  let note = checkpoint;
  if (cosign !== undefined) {
    const signer = { name: cosign, privateKey: openKey(join(state, 'cosigner-key.pem')) };
    note = cosignedNote(checkpoint, signer, Math.floor(clock() / 1000));
    await writeWhole(join(state, 'cosigner.key'), inPieces(`${verifierKey(signer, 'cosigner')}\n`));
  }
  await writeWhole(kept, inPieces(note));
}
