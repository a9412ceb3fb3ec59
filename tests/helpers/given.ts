import { createReadStream } from 'node:fs';
import { parseDay, parseTime } from '../../domain/dates.ts';
import { canonicalJson } from '../../domain/json.ts';
import type { LedgerEvent } from '../../domain/announcement.ts';
import type { Cut } from '../../projections/cut.ts';
import { summitFiles } from '../../src/cli/sample.ts';
import type { Command, Ledger, Outcome } from '../../src/command/command.ts';
import { KeptCommitments } from '../../src/command/memory.ts';
import { record } from '../../src/command/ledger.ts';
import { type CutRequest, type Reader, settleCut } from '../../src/read/queries.ts';
import { openReadModel } from '../../src/read/readModel.ts';
import type { Log } from '../../src/store/log.ts';
import { openMemoryLog } from '../../src/store/memory.ts';
import { restoreLines } from '../../src/exchange/transfer.ts';

/** A ledger in memory with a clock and ids of its own, and short ways to record into it. */
export type Given = {
  readonly ledger: Ledger;
  readonly reader: Reader;
  /** Sets the recorder's clock: a day (noon, UTC) or an instant. */
  readonly at: (moment: string) => Given;
  /** Opens a commitment; answers its id. */
  readonly open: (opening?: Partial<Extract<LedgerEvent, { type: 'opened' }>['data']>) => Promise<string>;
  /** Records one announcement; answers its id, throws when it is refused. */
  readonly say: (commitment: string, type: string, data?: Record<string, unknown>) => Promise<string>;
  /** Tries to record one announcement. */
  readonly attempt: (commitment: string, type: string, data?: Record<string, unknown>) => Promise<Outcome>;
  readonly cut: (asked: { asOf?: string; knownAt?: string; size?: number }) => Promise<Cut>;
};

export const source = { publisher: 'The Test Gazette', url: 'https://gazette.example/1' };

/** What any announcement has, said by Korea on 22 August 2025. */
export const spoken = { happened: '2025-08-22', saidBy: [{ actor: 'KR' }], sources: [source] };

export function dollars(key: string, amount: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { key, kind: 'money', qualifier: 'exact', min: amount, max: amount, currency: 'USD', text: `$${amount}`, ...more };
}

/** With `older`, `open` and `say` add what they are given as it was recorded before there were bounds: judged by nothing. */
export function given(log: Log = openMemoryLog({ ledger: '/ledgers/test' }), { older = false } = {}): Given {
  let time = Date.parse('2026-01-01T12:00:00Z');
  let count = 0;
  const newId = (): string => `01K0000000${String(++count).padStart(16, '0')}`;
  const ledger: Ledger = { log, kept: new KeptCommitments(), clock: () => time, newId, recordedBy: 'tester' };
  const reader: Reader = { log, readModel: openReadModel({ log }), clock: () => time };
  const attempt = (commitment: string, type: string, data: Record<string, unknown> = {}): Promise<Outcome> => {
    const common = type === 'corrected' ? { sources: [source] } : spoken;
    return put(commitment, { id: undefined, type, data: { ...common, ...data } } as Command['events'][number]);
  };
  const put = async (commitment: string, event: Command['events'][number]): Promise<Outcome> => {
    if (!older) return record(ledger, { commitment, events: [event] });
    const { length } = await log.readStream(commitment);
    const { id = newId(), type, data } = event;
    const result = await log.append(commitment, length - 1, [
      { id, type, data: canonicalJson(data), time, recordedBy: 'desk' },
    ]);
    if (result.outcome !== 'appended') throw new Error(`expected it to be appended, found ${result.outcome}`);
    return { recorded: result.events, again: false };
  };
  const self: Given = {
    ledger,
    reader,
    at(moment) {
      time = parseTime(moment) ?? Date.parse(`${moment}T12:00:00Z`);
      return self;
    },
    async open(opening = {}) {
      const id = newId();
      const data = { title: 'A commitment', topic: 'trade/test', from: ['KR'], to: ['US'], ...opening };
      recorded(await put(id, { id, type: 'opened', data }));
      return id;
    },
    attempt,
    async say(commitment, type, data) {
      return recorded(await attempt(commitment, type, data));
    },
    async cut({ asOf, knownAt, size }) {
      const asked: CutRequest = {
        asOf: asOf === undefined ? undefined : parseDay(asOf),
        knownAt: knownAt === undefined ? undefined : parseTime(knownAt),
        size,
      };
      const cut = await settleCut(reader, asked);
      if ('detail' in cut) throw new Error(cut.detail);
      return cut;
    },
  };
  return self;
}

/** The real input: 88 events of the summits of 2025, restored. */
export async function givenSummits(log: Log = openMemoryLog({ ledger: '/ledgers/korea-2025' })): Promise<Given> {
  const result = await restoreLines(log, bytesOf(...summitFiles), { clock: Date.now });
  if ('number' in result) throw new Error(`line ${result.number}: ${JSON.stringify(result.rejection)}`);
  return given(log);
}

export async function* bytesOf(...files: string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file);
}

export async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function recorded(outcome: Outcome): string {
  if ('reason' in outcome) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome.recorded.at(-1)?.id ?? '';
}
