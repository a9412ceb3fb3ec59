import { randomUUID } from 'node:crypto';

/** An event as a client proposes it: `data` and `metadata` are bytes that the server never looks into. */
export type Proposed = {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** An event in the log. `position` and `end` are byte offsets of its record, commit and prepare position alike. */
export type Stored = Proposed & {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: number;
  readonly end: number;
  readonly createdMs: number;
  /** Its bytes as an answer to a read; kept, so that reading twice costs one serialisation. */
  wire?: Buffer;
};

export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

/** `current` is -1n for a stream that has no events. */
export type Appended =
  | { readonly result: 'written' | 'idempotent'; readonly revision: bigint; readonly position: number | undefined }
  | { readonly result: 'wrong'; readonly current: bigint }
  | { readonly result: 'deleted' };

export type StreamPage =
  | { readonly result: 'events'; readonly events: readonly Stored[]; readonly next: bigint; readonly isEnd: boolean }
  | { readonly result: 'missing' }
  | { readonly result: 'deleted' };

export type EventLog = ReturnType<typeof createEventLog>;

/** Revision of the event that ends a tombstoned stream, and `$tb` of a soft-deleted one. */
export const lastNumber = 2n ** 63n - 1n;

/**
 * The transaction log and the index of one EventStoreDB node, in memory, with the rules by which version 23.10 accepts, refuses
 * and recognises appends.
 */
export function createEventLog() {
  const records: Stored[] = [];
  const streams = new Map<string, Stored[]>();
  const tombstones = new Set<string>();
  const listeners = new Set<(event: Stored) => void>();
  /** Which stream and revision an id was written to last: what makes an append with ANY idempotent, until a restart. */
  const recent = new Map<string, { stream: string; revision: bigint }>();
  /** Metadata streams written to since the start. */
  const writtenMetadata = new Set<string>();
  /** Positions of records that a scavenge took away: reading from one of them begins at the next that is left. */
  const gone = new Set<number>();
  let end = 0;

  const eventsOf = (stream: string): Stored[] => streams.get(stream) ?? [];
  const lastRevision = (stream: string): bigint => {
    const original = stream.startsWith('$$') ? stream.slice(2) : undefined;
    if (tombstones.has(stream) || (original !== undefined && tombstones.has(original))) return lastNumber;
    return BigInt(eventsOf(stream).length) - 1n;
  };

  /** `$maxCount` and `$tb` as the last event of the metadata stream says; a metadata stream itself keeps one event. */
  function limits(stream: string): { maxCount?: bigint; truncateBefore?: bigint } {
    if (stream.startsWith('$$')) return { maxCount: 1n };
    const last = eventsOf(`$$${stream}`).at(-1);
    if (last === undefined || !last.isJson) return {};
    const text = Buffer.from(last.data).toString('utf8');
    // JSON.parse would round the largest value of $tb.
    const find = (key: string): bigint | undefined => {
      const found = new RegExp(`"\\${key}"\\s*:\\s*(\\d+)`, 'u').exec(text)?.[1];
      return found === undefined ? undefined : BigInt(found);
    };
    const maxCount = find('$maxCount');
    const truncateBefore = find('$tb');
    return { ...(maxCount === undefined ? {} : { maxCount }), ...(truncateBefore === undefined ? {} : { truncateBefore }) };
  }
  const isSoftDeleted = (stream: string): boolean => limits(stream).truncateBefore === lastNumber;

  function firstReadable(stream: string): bigint {
    const { maxCount, truncateBefore = 0n } = limits(stream);
    const kept = maxCount === undefined ? 0n : lastRevision(stream) - maxCount + 1n;
    return kept > truncateBefore ? kept : truncateBefore;
  }

  function write(stream: string, proposed: Proposed, revision = BigInt(eventsOf(stream).length)): Stored {
    const size = 88 + textSize(stream) + textSize(proposed.type) + proposed.data.length + proposed.metadata.length;
    const stored: Stored = { ...proposed, stream, revision, position: end, end: end + size, createdMs: Date.now() };
    end = stored.end;
    records.push(stored);
    if (revision !== lastNumber) {
      const before = streams.get(stream);
      if (before === undefined) streams.set(stream, [stored]);
      else before.push(stored);
    }
    if (stream.startsWith('$$')) writtenMetadata.add(stream);
    // An id that was written before keeps standing for its first event.
    if (!recent.has(proposed.id)) recent.set(proposed.id, { stream, revision });
    return stored;
  }

  const announce = (written: readonly Stored[]): void => {
    for (const event of written) for (const listener of listeners) listener(event);
  };

  /** The check of the expected revision and of the ids, in the order in which the server makes it. */
  function check(stream: string, expected: Expected, ids: readonly string[]): Appended | 'write' {
    // The writer knows a metadata stream that it has written to, though the stream itself has ended since.
    const isKnownMetadata = writtenMetadata.has(stream);
    const current = isKnownMetadata ? BigInt(eventsOf(stream).length) - 1n : lastRevision(stream);
    const wrong = { result: 'wrong', current } as const;
    if (current === lastNumber) return { result: 'deleted' };
    if (expected === 'stream_exists') {
      if (isSoftDeleted(stream)) return { result: 'deleted' };
      if (current < 0n && lastRevision(`$$${stream}`) < 0n) return wrong;
    }
    const readable = (revision: bigint): number | undefined =>
      revision >= firstReadable(stream) ? eventsOf(stream)[Number(revision)]?.position : undefined;
    const idempotent = (revision: bigint) => ({ result: 'idempotent', revision, position: readable(revision) }) as const;
    if (expected === 'any' || expected === 'stream_exists') {
      const known = ids.map((id) => recent.get(id)).map((found) => (found?.stream === stream ? found.revision : undefined));
      if (known[0] === undefined) return 'write';
      const unknown = known.includes(undefined);
      return unknown ? wrong : idempotent(known.at(-1) ?? -1n);
    }
    const after = expected === 'no_stream' ? -1n : expected;
    if (after === current) return 'write';
    if (after > current) return wrong;
    const stored = eventsOf(stream);
    const differs = ids.findIndex((id, index) => stored[Number(after) + 1 + index]?.id !== id);
    if (differs === -1) return ids.length === 0 ? wrong : idempotent(after + BigInt(ids.length));
    return differs === 0 && after === -1n && isSoftDeleted(stream) ? 'write' : wrong;
  }

  function append(stream: string, expected: Expected, proposed: readonly Proposed[]): Appended {
    const checked = check(
      stream,
      expected,
      proposed.map((event) => event.id),
    );
    if (checked !== 'write') return checked;
    const revived = isSoftDeleted(stream) ? BigInt(eventsOf(stream).length) : undefined;
    const written = proposed.map((event) => write(stream, event));
    // An append to a soft-deleted stream makes the new events readable and leaves the old ones hidden.
    const metadata = revived === undefined ? [] : [write(`$$${stream}`, systemEvent('$metadata', `{"$tb":${revived}}`))];
    announce([...written, ...metadata]);
    return { result: 'written', revision: BigInt(eventsOf(stream).length) - 1n, position: written.at(-1)?.position ?? end };
  }

  /** Deletes a stream: softly by its metadata, or for ever by an event that ends it. */
  function remove(stream: string, expected: Expected, kind: 'soft' | 'hard'): Appended {
    const checked = check(stream, expected, [randomUUID()]);
    if (checked !== 'write') return checked;
    if (kind === 'soft' && lastRevision(stream) < 0n && lastRevision(`$$${stream}`) < 0n)
      return { result: 'wrong', current: -1n };
    if (kind === 'hard') tombstones.add(stream);
    const written =
      kind === 'hard'
        ? write(stream, { ...systemEvent('$streamDeleted', ''), isJson: false }, lastNumber)
        : write(`$$${stream}`, systemEvent('$metadata', `{"$tb":${lastNumber}}`));
    announce([written]);
    return { result: 'written', revision: written.revision, position: written.position };
  }

  /** One page of a stream. `from` 'end' is for reading backwards. */
  function readStream(stream: string, from: bigint | 'end', count: number, backwards: boolean): StreamPage {
    const last = lastRevision(stream);
    if (last === lastNumber) return { result: 'deleted' };
    if (last < 0n || isSoftDeleted(stream)) return { result: 'missing' };
    const first = firstReadable(stream);
    const all = eventsOf(stream).filter(({ position }) => !gone.has(position));
    if (backwards) {
      const top = from === 'end' || from > last ? last : from;
      const bottom = top - BigInt(count) + 1n > first ? top - BigInt(count) + 1n : first;
      const events = top < first ? [] : all.filter((one) => one.revision >= bottom && one.revision <= top).toReversed();
      return { result: 'events', events, next: bottom - 1n, isEnd: bottom <= first };
    }
    const bottom = from === 'end' ? last + 1n : from > first ? from : first;
    const events = all.filter((one) => one.revision >= bottom).slice(0, count);
    const next = (events.at(-1)?.revision ?? bottom - 1n) + 1n;
    return { result: 'events', events, next, isEnd: next > last };
  }

  /** How many records stand before the first one whose `key` is not below `position`. */
  function countBelow(position: number, key: 'position' | 'end'): number {
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle]?.[key] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the first record to read forwards from here; undefined where no record begins, which the server cannot read. */
  function indexFrom(commit: number, prepare: number): number | undefined {
    // Beyond the beginning of the last record the server does not even look.
    if (commit > (records.at(-1)?.position ?? 0)) return records.length;
    const index = countBelow(commit, 'position');
    const begins =
      commit === 0 || records[index]?.position === commit || records[index - 1]?.end === commit || gone.has(commit);
    if (!begins) return undefined;
    return records[index]?.position === commit && prepare > commit ? index + 1 : index;
  }

  /** How many records can be read backwards from here; undefined where nothing ends, or beyond the end. */
  function countUpTo(commit: number): number | undefined {
    const count = countBelow(commit + 1, 'end');
    return commit === 0 || records[count - 1]?.end === commit || records[count]?.position === commit ? count : undefined;
  }

  return {
    append,
    remove,
    readStream,
    indexFrom,
    countUpTo,
    /** Every record in the order of `$all`. */
    records: records as readonly Stored[],
    end: () => end,
    lastRevision,
    listen(listener: (event: Stored) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** What the server keeps in memory only, and so loses when it stops. */
    forget(): void {
      recent.clear();
      writtenMetadata.clear();
    },
    /** Records of the server that no reader sees: what stands at the beginning, and at each restart. */
    skip(bytes: number): void {
      end += bytes;
    },
    /**
     * Takes away for good what was truncated or deleted, as a scavenge does: of each stream the last event stays, of one that was
     * deleted for ever only its end. Answers how many went.
     */
    scavenge(): number {
      const isLeft = ({ stream, revision }: Stored): boolean =>
        revision >= lastRevision(stream) || (!tombstones.has(stream) && revision >= firstReadable(stream));
      const left = records.filter(isLeft);
      const count = records.length - left.length;
      for (const record of records) if (!isLeft(record)) gone.add(record.position);
      records.splice(0, records.length, ...left);
      return count;
    },
    /** Takes the last events away, as a server has lost them that was restored from an older copy. */
    loseLast(count: number): void {
      for (const lost of records.splice(Math.max(0, records.length - count))) {
        end = Math.min(end, lost.position);
        if (lost.revision === lastNumber) tombstones.delete(lost.stream);
        else streams.get(lost.stream)?.pop();
        recent.delete(lost.id);
      }
    },
  };
}

/** Bytes of a text in a record: its length comes first, seven bits a byte. */
function textSize(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3);
}

/** An event of the server's own. */
export function systemEvent(type: string, json: string): Proposed {
  return { id: randomUUID(), type, isJson: true, data: Buffer.from(json), metadata: new Uint8Array() };
}
