import type { KeyObject } from 'node:crypto';
import { exportLine, leafOfLine, type Log } from '../store/log.ts';
import { pause } from '../turns.ts';
import { checkpointText, proofText, signedNote, type Signer, verifierKey } from './note.ts';
import { type SignedNote, Tiles } from './tiles.ts';
import { consistencyHashes, inclusionHashes, rootAt, rootText } from './tree.ts';
import { isIncluded, parseCheckpoint } from './verifier.ts';

/** Why nothing is answered: it is not recorded, there is no signing key, or the log is not what was signed. */
export type Refusal = { readonly refused: 'unknown' | 'no-key' | 'inconsistent'; readonly detail: string };

/** An event proven to be in the ledger: its line, and the proof as a file of its own (https://c2sp.org/tlog-proof). */
export type ProvenEvent = {
  readonly event: string;
  readonly sequence: number;
  /** The size of the checkpoint in the proof. */
  readonly size: number;
  readonly line: string;
  readonly proof: string;
};

/** A proof that the first `from` events are the beginning of the first `to`: hashes in base64 (RFC 6962, section 2.1.2). */
export type Consistency = { readonly from: number; readonly to: number; readonly hashes: readonly string[] };

export type ProofsOptions = {
  readonly log: Log;
  /** The file of the tree; by default it is in memory. */
  readonly file?: string | undefined;
  /** The key that signs, made on first use. Without it nothing is signed. */
  readonly key?: (() => KeyObject) | undefined;
};

const leavesAtOnce = 10_000;
/** The maximum number of leaves that one call of `findings` compares, which takes some milliseconds. */
const leavesAtOneCall = 2000;

/**
 * Proves what is in a log. Checkpoints are signed on request, at most one of each size. Each is stored before it is given to
 * anyone, and none is signed before the whole log was found to extend the last one.
 */
export class Proofs {
  readonly #log: Log;
  readonly #file: string | undefined;
  readonly #key: (() => KeyObject) | undefined;
  #opened: Tiles | undefined;
  #growing: Promise<Tiles> | undefined;
  #signing: Promise<unknown> = Promise.resolve();
  /** How many leaves `findings` has compared in the present round. */
  #compared = 0;

  constructor({ log, file, key }: ProofsOptions) {
    this.#log = log;
    this.#file = file;
    this.#key = key;
  }

  /** The verifier key (https://c2sp.org/signed-note); undefined where nobody may sign. */
  key(): string | undefined {
    const signer = this.#signer();
    return signer && verifierKey(signer);
  }

  /** The checkpoint of the first `asked` events, by default of all. */
  async checkpoint(asked?: number): Promise<SignedNote | Refusal> {
    const recorded = await this.#log.size();
    const size = asked ?? recorded;
    if (size > recorded || size === 0) return unknown(`expected 1 to ${recorded} events, found ${size}`);
    const tiles = await this.catchUp();
    const known = await this.#known(tiles, size);
    if (known !== undefined) return { size, note: known };
    // One at a time: each is checked against those signed before it.
    const signed = this.#signing.then(() => this.#sign(size));
    this.#signing = signed.catch(() => undefined);
    return signed;
  }

  /**
   * The proof of an event, under the checkpoint of `asked` events or else under the newest signed one, if that covers the
   * event.
   */
  async event(id: string, asked?: number): Promise<ProvenEvent | Refusal> {
    const event = await this.#log.find(id);
    if (!event || event.sequence > (asked ?? Infinity))
      return unknown(`expected an event of the ledger, found none with the id ${id}`);
    const newest = (await this.catchUp()).largestNote()?.size ?? 0;
    const checkpoint = await this.checkpoint(asked ?? (newest >= event.sequence ? newest : undefined));
    if ('refused' in checkpoint) return checkpoint;
    const { size, note } = checkpoint;
    const nodes = (await this.catchUp()).nodes();
    const line = exportLine(this.#log.ledger, event);
    const index = event.sequence - 1;
    const hashes = inclusionHashes(index, size, nodes).map(latin1);
    const isSound = isIncluded(latin1(leafOfLine(line)), index, size, hashes, parseCheckpoint(note).root);
    if (!isSound) return inconsistent(`event ${event.sequence} (${id}) is not the one under the checkpoint of ${size} events`);
    return { event: id, sequence: event.sequence, size, line, proof: proofText({ index, hashes, checkpoint: note }) };
  }

  async consistency(from: number, to: number): Promise<Consistency | Refusal> {
    const size = await this.#log.size();
    if (from < 1 || from > to || to > size)
      return unknown(`expected from 1 to ${size} events in order, found ${from} and ${to}`);
    const tiles = await this.catchUp();
    return { from, to, hashes: consistencyHashes(from, to, tiles.nodes()).map(rootText) };
  }

  /** Why nothing can be signed: the log is not what was signed. Each call compares the next 2,000 events of a large log. */
  async findings(): Promise<string[]> {
    if ((await this.#log.size()) === 0 && !this.#opened) return [];
    const tiles = await this.catchUp();
    const found = (await this.#lostNotes(tiles)) ?? (await this.#headDiffers(tiles));
    if (found !== undefined) return [found];
    if (tiles.largestNote() === undefined) return [];
    const end = Math.min(this.#compared + leavesAtOneCall, tiles.size());
    if ((await this.#firstDifference(tiles, this.#compared, end)) !== undefined) {
      const difference = await this.#difference(tiles);
      return difference === undefined ? [] : [difference];
    }
    this.#compared = end < tiles.size() ? end : 0;
    return [];
  }

  /** Extends the tree to the end of the log; to be called as events arrive, or when something is asked. */
  async catchUp(): Promise<Tiles> {
    // A run begun earlier may end before the present end of the log.
    await this.#growing?.catch(() => undefined);
    this.#growing ??= this.#grow().finally(() => {
      this.#growing = undefined;
    });
    return this.#growing;
  }

  /** Waits for a signature that is being made. */
  async close(): Promise<void> {
    await this.#signing;
    await this.#growing?.catch(() => undefined);
    this.#opened?.close();
  }

  async #grow(): Promise<Tiles> {
    const size = await this.#log.size();
    const tiles = (this.#opened ??= new Tiles(this.#file, this.#log.ledger));
    while (tiles.size() < size) {
      const before = tiles.size();
      const leaves = await this.#log.leaves(before, Math.min(leavesAtOnce, size - before));
      if (leaves.length === 0) break;
      tiles.add(before, leaves);
      await pause();
    }
    return tiles;
  }

  #signer(): Signer | undefined {
    return this.#key && { name: this.#log.ledger, privateKey: this.#key() };
  }

  /** The checkpoint of a size, if it was signed. While the store is out of reach, those seen before count. */
  async #known(tiles: Tiles, size: number): Promise<string | undefined> {
    const seen = tiles.noteOf(size);
    if (seen !== undefined) return seen;
    await this.#takeNotes(tiles);
    return tiles.noteOf(size);
  }

  async #takeNotes(tiles: Tiles): Promise<void> {
    const place = tiles.noteCount();
    for (const [index, note] of (await this.#log.checkpoints(place)).entries())
      tiles.keepNote(place + index, { size: sizeOf(note, this.#log.ledger), note });
  }

  async #sign(size: number): Promise<SignedNote | Refusal> {
    const signer = this.#signer();
    if (!signer) return { refused: 'no-key', detail: 'expected a key to sign with, found none' };
    for (;;) {
      const tiles = await this.catchUp();
      await this.#takeNotes(tiles);
      const difference = (await this.#lostNotes(tiles)) ?? (await this.#difference(tiles));
      if (difference !== undefined) return inconsistent(difference);
      const known = tiles.noteOf(size);
      if (known !== undefined) return { size, note: known };
      const note = signedNote(checkpointText(this.#log.ledger, size, rootAt(size, tiles.nodes())), signer);
      const place = tiles.noteCount();
      if (await this.#log.keepCheckpoint(place, note)) tiles.keepNote(place, { size, note });
      // Otherwise another instance was faster, and perhaps signed this very size.
    }
  }

  /** Whether the store has lost the newest checkpoint seen here; a store that cannot be asked has not lost it. */
  async #lostNotes(tiles: Tiles): Promise<string | undefined> {
    const last = tiles.noteCount() - 1;
    if (last < 0) return undefined;
    const held = await this.#log.checkpoints(last).catch(() => undefined);
    if (held === undefined || held[0] === tiles.noteAt(last)) return undefined;
    return `checkpoint ${last + 1} that was signed is gone from the store, or is another. ${either}`;
  }

  /** Compares the length of the log, and the stored tree, with the newest signed checkpoint. */
  async #headDiffers(tiles: Tiles): Promise<string | undefined> {
    const newest = tiles.largestNote();
    if (!newest) return undefined;
    const { size, root } = parseCheckpoint(newest.note);
    const recorded = await this.#log.size();
    if (recorded < size)
      return `the log holds ${recorded} events, and a checkpoint of ${size} was signed: the newest are gone. ${either}`;
    if (latin1(rootAt(size, tiles.nodes())) === root) return undefined;
    // The stored tree itself may be wrong: it is made again from the log.
    tiles.clearTree();
    const again = await this.catchUp();
    if (latin1(rootAt(size, again.nodes())) === root) return undefined;
    return `the first ${size} events are not those under the checkpoint that was signed of them. ${either}`;
  }

  /** Compares the whole log with the tree, and the tree with the newest signed checkpoint. */
  async #difference(tiles: Tiles): Promise<string | undefined> {
    const head = await this.#headDiffers(tiles);
    if (head !== undefined) return head;
    const at = await this.#firstDifference(tiles, 0, tiles.size());
    if (at === undefined) return undefined;
    const covered = tiles.largestNote()?.size ?? 0;
    if (at < covered)
      return `${await this.#named(at)} is not the one that was signed under the checkpoint of ${covered} events. ${either}`;
    tiles.clearTree();
    await this.catchUp();
    return undefined;
  }

  /** The number, from 0, of the first leaf that differs between log and tree. */
  async #firstDifference(tiles: Tiles, from: number, to: number): Promise<number | undefined> {
    for (let at = from; at < to; at += leavesAtOnce) {
      const limit = Math.min(leavesAtOnce, to - at);
      const found = await this.#log.leaves(at, limit);
      const different = tiles.leaves(at, limit).findIndex((leaf, index) => !isSame(leaf, found[index]));
      if (different !== -1) return at + different;
      await pause();
    }
    return undefined;
  }

  async #named(index: number): Promise<string> {
    const [event] = await this.#log.read(index, 1, { verify: false });
    return event ? `event ${event.sequence} (${event.type} ${event.id} of ${event.stream})` : `event ${index + 1}`;
  }
}

const either =
  'If the log was put back on purpose, remove proof.sqlite and its -wal and -shm; if not, put back the folder as a whole, or an export';

function unknown(detail: string): Refusal {
  return { refused: 'unknown', detail };
}

function inconsistent(detail: string): Refusal {
  return { refused: 'inconsistent', detail };
}

/** -1 for a text that is no checkpoint of this ledger: others may write into the store too. */
function sizeOf(note: string, ledger: string): number {
  try {
    const { origin, size } = parseCheckpoint(note);
    return origin === ledger ? size : -1;
  } catch {
    return -1;
  }
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
