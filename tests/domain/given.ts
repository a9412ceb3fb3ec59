import type { EventType, Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { parseDay, parseTime } from '../../domain/dates.ts';
import { decide, parseEvent } from '../../domain/decide.ts';
import type { Rejection, RejectionReason } from '../../domain/rejection.ts';
import type { Term } from '../../domain/terms.ts';

/** An event before it has its place: its data in full, a readable name for its id, and the day or instant of recording. */
export type Draft = {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly id?: string | undefined;
  readonly recorded?: string | undefined;
};

type Fields = { id?: string; recorded?: string; [field: string]: unknown };

/** The ULID that stands for a name: `idOf('pledge')`. What ULIDs lack is written with what they have. */
export function idOf(name: string): string {
  const letters = name.toUpperCase().replaceAll(/[IL]/g, '1').replaceAll('O', '0').replaceAll('U', 'V');
  return letters.replaceAll(/[^0-9A-Z]/g, '').padStart(26, '0');
}

export const stream = idOf('commitment');

/** The number of a day written as `2025-08-22`. */
export function day(text: string): number {
  const number = parseDay(text);
  if (number === undefined) throw new Error(`expected a day, found "${text}"`);
  return number;
}

/** Milliseconds of a day's noon, UTC, or of an instant. */
export function time(text: string): number {
  const milliseconds = parseTime(text.includes('T') ? text : `${text}T12:00:00Z`);
  if (milliseconds === undefined) throw new Error(`expected a day or an instant, found "${text}"`);
  return milliseconds;
}

export const sources = [{ publisher: 'Yonhap', url: 'https://en.yna.co.kr/' }];
export const instrument = { kind: 'agreement', title: 'Agreement', date: '2025-08-01', parties: ['KR', 'US'], binding: 'yes' };

/** Korea undertakes something to the United States, unless told otherwise. */
export function opened({ id, recorded, ...data }: Fields = {}): Draft {
  const defaults = { title: 'Investment', topic: 'trade/investment', from: ['KR'], to: ['US'] };
  return { type: 'opened', id, recorded, data: { ...defaults, ...data } };
}

export const proposed = announcing('proposed', { mode: 'demand', saidBy: [{ actor: 'US' }] });
export const pledged = announcing('pledged', {});
export const formalised = announcing('formalised', { instrument });
export const disputed = announcing('disputed', { ground: 'reading', readings: [{ party: 'US', text: 'loans' }] });
export const fulfilled = announcing('fulfilled', { extent: 'full' });
export const observed = announcing('observed', {});
export const amended = announcing('amended', {});
export const reaffirmed = announcing('reaffirmed', {});
export const suspended = announcing('suspended', {});
export const resumed = announcing('resumed', {});
export const joined = announcing('joined', { parties: ['JP'], as: 'obligor', saidBy: [{ actor: 'JP' }] });
export const left = announcing('left', { parties: ['KR'], reason: 'withdrawn' });
export const ended = announcing('ended', { reason: 'withdrawn' });

function announcing(type: EventType, defaults: object): (happened: string, fields?: Fields) => Draft {
  return (happened, { id, recorded, ...data } = {}) => ({
    type,
    id,
    recorded,
    data: { happened, saidBy: [{ actor: 'KR' }], sources, ...defaults, ...data },
  });
}

/** A correction that refines the announcement of that name. */
export function refined(corrects: string, changes: object, { id, recorded, ...fields }: Fields = {}): Draft {
  const data = { corrects: idOf(corrects), mode: 'refine', changes, reason: 'misread', sources, ...fields };
  return { type: 'corrected', id, recorded, data };
}

export function replaced(corrects: string, changes: object, fields: Fields = {}): Draft {
  return refined(corrects, changes, { ...fields, mode: 'replace' });
}

export function retracted(corrects: string, { id, recorded, ...fields }: Fields = {}): Draft {
  const data = { corrects: idOf(corrects), mode: 'retract', reason: 'never said', sources, ...fields };
  return { type: 'corrected', id, recorded, data };
}

type TermFields = Partial<
  Record<'deadline' | 'period' | 'partOf' | 'notPartOf' | 'limits' | 'sameAs' | 'per' | 'from' | 'text', string>
>;

/** An exact amount in US dollars; other bounds and currencies as fields. */
export function money(key: string, amount: string, fields: TermFields & { [field: string]: unknown } = {}): Term {
  const bounds = { qualifier: 'exact', min: amount, max: amount };
  return { key, kind: 'money', text: `$${amount}`, currency: 'USD', ...bounds, ...fields } as Term;
}

export function tariff(key: string, to: string, fields: TermFields & { [field: string]: unknown } = {}): Term {
  return { key, kind: 'tariff', text: `${to} percent`, to, on: 'goods', ...fields };
}

export function words(key: string, text: string, fields: TermFields = {}): Term {
  return { key, kind: 'text', text, ...fields };
}

/** A draft at its place; recorded on 30 September 2025 unless it says when. */
export function recorded({ type, data, id, recorded: when = '2025-09-30' }: Draft, revision: number): Recorded {
  const place = { id: idOf(id ?? `event ${revision}`), stream, sequence: revision + 1, revision };
  return { type, data, ...place, time: time(when), recordedBy: 'desk' } as Recorded;
}

export function recordedAll(...drafts: readonly Draft[]): Recorded[] {
  return drafts.map(recorded);
}

/** The commitment after drafts that must all be accepted. */
export function given(...drafts: readonly Draft[]): Commitment {
  let commitment: Commitment | undefined;
  for (const [revision, draft] of drafts.entries()) {
    const decided = judged(commitment, draft, revision);
    if ('reason' in decided)
      throw new Error(`expected ${draft.type} ${revision} to be accepted, found ${JSON.stringify(decided)}`);
    commitment = decided;
  }
  if (!commitment) throw new Error('expected an opened event, found nothing');
  return commitment;
}

/** Why the last draft is refused after the others, which must be accepted; undefined when it is accepted too. */
export function rejection(...drafts: readonly Draft[]): Rejection | undefined {
  const last = drafts.at(-1);
  if (!last) throw new Error('expected drafts, found none');
  const before = drafts.length === 1 ? undefined : given(...drafts.slice(0, -1));
  const decided = judged(before, last, drafts.length - 1);
  return 'reason' in decided ? decided : undefined;
}

/** The reason of `rejection`, or `accepted`. */
export function verdict(...drafts: readonly Draft[]): RejectionReason | 'accepted' {
  return rejection(...drafts)?.reason ?? 'accepted';
}

/** Where the problem of a refused last draft is. */
export function pointer(...drafts: readonly Draft[]): string | undefined {
  return rejection(...drafts)?.problems[0]?.pointer;
}

/** As `verdict`, of drafts that are restored: what is judged at the door alone is left out. */
export function restoredVerdict(...drafts: readonly Draft[]): RejectionReason | 'accepted' {
  const restored = restoredOf(drafts);
  return 'reason' in restored ? restored.reason : 'accepted';
}

/** Why a draft is refused that is recorded after others were restored, which must be accepted; undefined when it is accepted. */
export function rejectionAfterRestore(restored: readonly Draft[], draft: Draft): Rejection | undefined {
  const before = restoredOf(restored);
  if ('reason' in before) throw new Error(`expected drafts that restore, found ${JSON.stringify(before)}`);
  const decided = judged(before, draft, restored.length);
  return 'reason' in decided ? decided : undefined;
}

function restoredOf(drafts: readonly Draft[]): Commitment | Rejection {
  let commitment: Commitment | undefined;
  for (const [revision, draft] of drafts.entries()) {
    const decided = judged(commitment, draft, revision, true);
    if ('reason' in decided) return decided;
    commitment = decided;
  }
  if (!commitment) throw new Error('expected an opened event, found nothing');
  return commitment;
}

function judged(
  commitment: Commitment | undefined,
  draft: Draft,
  revision: number,
  isRestored = false,
): Commitment | Rejection {
  const event = parseEvent(draft.type, draft.data);
  return 'reason' in event ? event : decide(commitment, recorded({ ...draft, data: event.data }, revision), { isRestored });
}
