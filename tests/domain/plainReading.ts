import type { Recorded } from '../../domain/announcement.ts';

/**
 * The contract read a second time, plainly and slowly: days are texts, the timeline is sorted, and everything begins anew for
 * each question. It shares no code with the fold, which is held against it.
 */
export type PlainReading = {
  /** Ids of the announcements that are not retracted, in the order of the world. */
  readonly order: readonly string[];
  readonly stage: string;
  readonly performance: string;
  /** Key → the announcement whose term stands. */
  readonly standing: Readonly<Record<string, string>>;
  /** Open dispute → how many readings it has. */
  readonly open: Readonly<Record<string, number>>;
  /** Ids of the announcements that stand where they may not: by their type, who pledges, or what they join or settle. */
  readonly misplaced: readonly string[];
};

type Fields = {
  readonly happened: string;
  readonly from?: readonly string[];
  readonly to?: readonly string[];
  readonly saidBy: readonly { readonly actor: string; readonly for?: string }[];
  readonly terms?: readonly { readonly key: string; readonly partOf?: string }[];
  readonly [field: string]: unknown;
};
type Said = {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly day: string;
  readonly data: Fields;
};

const ladder = ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'];
const allowed: Record<string, string> = {
  proposed: 'none noted proposed pledged formalised fulfilled ended',
  pledged: 'none noted proposed pledged formalised',
  formalised: 'none noted proposed pledged formalised',
  disputed: 'noted proposed pledged formalised fulfilled ended',
  fulfilled: 'pledged formalised',
  observed: 'none noted proposed pledged formalised fulfilled ended',
  amended: 'pledged formalised',
  reaffirmed: 'pledged formalised fulfilled',
  ended: 'noted proposed pledged formalised fulfilled',
};

/** Reads a commitment's events, in recording order, up to the end of a day (`2025-08-22`) in the world. */
export function plainReading(events: readonly Recorded[], asOf = '9999-12-31'): PlainReading {
  const opening = events.find(({ type }) => type === 'opened');
  const { from = [], to = [] } = (opening && corrected(opening, events)) ?? {};
  const said = events
    .filter(({ type }) => type !== 'opened' && type !== 'corrected')
    .flatMap((event): Said[] => {
      const data = corrected(event, events);
      return data ? [{ id: event.id, type: event.type, revision: event.revision, day: dayOf(data, event), data }] : [];
    })
    .sort((a, b) => (a.day === b.day ? a.revision - b.revision : a.day < b.day ? -1 : 1));

  let stage = 'none';
  let performance = 'none';
  let standing: Record<string, { readonly by: string; readonly partOf: string | undefined }> = {};
  const open: Record<string, number> = {};
  const pledged = new Set<string>();
  const misplaced: string[] = [];
  for (const { id, type, data } of said.filter(({ day }) => day <= asOf)) {
    const reported = data['reported'] === true;
    const speaking = data.saidBy.map((speaker) => [speaker.actor, speaker.for ?? '']);
    const pledgers = from.filter((party) => reported || speaking.some((names) => names.includes(party)));
    const mayPledge =
      speaking.some((names) => names.some((name) => from.includes(name))) ||
      (reported && !speaking.every((names) => names.some((name) => to.includes(name))));
    const again = ['pledged', 'formalised'].includes(stage) && pledgers.every((one) => pledged.has(one));
    const wrongPledge = type === 'pledged' && (!mayPledge || again);
    const resolves = (data['resolves'] ?? []) as string[];
    const named = [...resolves, ...(typeof data['joins'] === 'string' ? [data['joins']] : [])];
    if (wrongPledge || !allowed[type]?.split(' ').includes(stage) || named.some((dispute) => !(dispute in open)))
      misplaced.push(id);

    if (type === 'pledged') for (const party of pledgers) pledged.add(party);
    if (type === 'fulfilled') performance = String(data['extent']);
    if (type === 'disputed') {
      const dispute = typeof data['joins'] === 'string' ? data['joins'] : id;
      open[dispute] = (open[dispute] ?? 0) + (data['readings'] as unknown[]).length;
    }
    if (type === 'amended') standing = without(standing, (data['removes'] ?? []) as string[]);
    if (['pledged', 'formalised', 'amended'].includes(type))
      for (const { key, partOf } of data.terms ?? []) standing[key] = { by: id, partOf };
    for (const dispute of resolves) delete open[dispute];
    const reached = { observed: 'noted', fulfilled: data['extent'] === 'full' ? 'fulfilled' : 'none' }[type] ?? type;
    if (ladder.indexOf(reached) > ladder.indexOf(stage)) stage = reached;
  }
  return {
    order: said.map(({ id }) => id),
    stage,
    performance,
    standing: stage === 'ended' ? {} : Object.fromEntries(Object.entries(standing).map(([key, { by }]) => [key, by])),
    open,
    misplaced,
  };
}

/** What an event says once every correction of it has been read, in recording order; undefined when it was retracted. */
function corrected({ id, data }: Recorded, events: readonly Recorded[]): Fields | undefined {
  let fields: Record<string, unknown> = { ...data };
  for (const { type, data: correction } of events) {
    if (type !== 'corrected' || correction.corrects !== id) continue;
    if (correction.mode === 'retract') return undefined;
    const before = fields['terms'] as Fields['terms'];
    fields = { ...fields, ...correction.changes };
    const given = fields['terms'] as Fields['terms'] | null;
    if (correction.mode === 'refine' && before && given && given !== before)
      fields['terms'] = [...before.filter(({ key }) => !given.some((term) => term.key === key)), ...given];
    fields = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  }
  return fields as Fields;
}

/** The last day on which it can have happened, no later than the day that had begun anywhere on Earth when it was recorded. */
function dayOf({ happened }: Fields, { time }: Recorded): string {
  const begun = new Date(time + 14 * 3_600_000).toISOString().slice(0, 10);
  const last = (happened.split('/').at(-1) ?? '').replace(/[~?%]$/, '');
  if (last === '..' || last === '') return begun;
  const [year, month, day] = last.slice(0, 10).split('-');
  const monthsEnd = new Date(Date.UTC(Number(year), Number(month ?? 12), 0)).toISOString().slice(0, 10);
  const latest = day === undefined ? monthsEnd : last.slice(0, 10);
  return latest < begun ? latest : begun;
}

/** The terms without those that are removed, and without the parts of what goes, at any depth. */
function without<T extends { readonly partOf: string | undefined }>(terms: Record<string, T>, removes: readonly string[]) {
  const gone = new Set(removes);
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    for (const [key, { partOf }] of Object.entries(terms)) if (partOf !== undefined && gone.has(partOf)) gone.add(key);
  }
  return Object.fromEntries(Object.entries(terms).filter(([key]) => !gone.has(key)));
}
