import { createReadStream, mkdirSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Command } from 'commander';
import { eventProof } from '../../http/proof/proof.ts';
import { parseCheckpoint } from '../../proof/verifier.ts';
import { answerOf, eventLines, textOf } from '../answers.ts';
import { print, toJson } from '../text/terminal.ts';
import { inPieces, writeWhole } from '../wholeFile.ts';
import { withAsk } from './asking.ts';
import { example, keyOption, serverOption, signingKeyOption } from './options.ts';

// Compiled, it has the extension of this file.
const verifier = `verifier${extname(import.meta.filename)}`;

/** Adds `ledger bundle`. */
export function addBundle(ledger: Command): void {
  ledger
    .command('bundle')
    .argument('<folder>', 'where to; it must be empty, or not there yet')
    .argument('[events...]', 'ids of events to prove one by one')
    .description('one folder to archive: the ledger, its checkpoint and key, proofs of single events, and the verifier')
    .addOption(serverOption())
    .addOption(signingKeyOption())
    .addOption(keyOption())
    .addHelpText('after', example('ledger bundle archive 01K38TCSG0E13T5MGP7VBN82TM'))
    .action(async (folder: string, events: string[], _, command: Command) =>
      withAsk(command, async (ask) => {
        mkdirSync(folder, { recursive: true });
        if (readdirSync(folder).length > 0) throw new Error(`expected an empty folder, found files in ${folder}`);
        const checkpoint = await textOf(ask, '/proof/checkpoint');
        const { size } = parseCheckpoint(checkpoint);
        const write = (name: string, text: string): Promise<void> => writeWhole(join(folder, name), inPieces(text));
        await writeWhole(join(folder, 'ledger.ndjson'), eventLines(ask, 0, size));
        await write('ledger.checkpoint', checkpoint);
        await write('ledger.key', await textOf(ask, '/proof/key'));
        for (const event of events) {
          const proven = await answerOf(ask, eventProof, `/proof/events/${encodeURIComponent(event)}`, { size });
          await write(`${proven.event}.json`, toJson(proven));
        }
        await writeWhole(join(folder, verifier), createReadStream(join(import.meta.dirname, '../../proof', verifier)));
        await write('README.txt', readme);
        await print(
          `${size} events and ${events.length} proofs in ${folder}; to verify: node ${join(folder, verifier)} ${folder}\n`,
        );
      }),
    );
}

const readme = `A ledger of diplomatic commitments, with what proves that nothing in it was edited.

ledger.ndjson      one event a line, as recorded (CloudEvents 1.0, RFC 8785)
ledger.checkpoint  the number of events and the root of the Merkle tree over these lines
                   (RFC 6962, SHA-256), signed (c2sp.org/tlog-checkpoint)
ledger.key         the key by which that signature is verified; compare it with the one
                   that the ledger has published elsewhere
*.json             one event each: its line, and the proof that it is in the tree
                   (c2sp.org/tlog-proof)
${verifier}        checks all of it, without network, with Node.js 24 or newer:

  node ${verifier} .

It ends with 0 (proven), 1 (a proof fails) or 2 (cannot tell), and says why.
What is proven: that these lines are those that were signed. Not proven: that what they
say is true, and what was never recorded. Whoever has kept an older checkpoint of this
ledger can add it to the command: then a later edit is found although it was signed again.
`;
