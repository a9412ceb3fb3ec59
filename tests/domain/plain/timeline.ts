import { dayBegun, earlier, firstDateOf, later, spanOf } from './days.ts';

/** An event as it was recorded. The form is loose here: that a line is well formed is judged elsewhere. */
export type Event = {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly sequence: number;
  readonly time: number;
  readonly data: object;
};
export type Speaker = { readonly actor: string; readonly for?: string };
export type Bounds = { readonly qualifier?: string; readonly min?: string; readonly max?: string };
export type Term = Bounds & {
  readonly key: string;
  readonly kind: string;
  readonly text: string;
  readonly currency?: string;
  readonly unit?: string;
  readonly of?: string;
  readonly per?: string;
  readonly on?: string;
  readonly from?: string;
  readonly to?: string;
  readonly mfn?: string;
  readonly unless?: boolean;
  readonly period?: string;
  readonly deadline?: string;
  readonly effective?: string;
  readonly owedBy?: readonly string[];
  readonly each?: boolean;
  readonly modality?: string;
  readonly role?: string;
  readonly partition?: string;
  readonly partOf?: string;
  readonly notPartOf?: string;
  readonly limits?: string;
  readonly sameAs?: string;
  readonly delivers?: string;
  readonly counts?: string;
  readonly baseline?: Bounds & { readonly change: string };
};
export type Instrument = { readonly date: string; readonly parties?: readonly string[]; readonly binding: string };
export type Performs = { readonly key: string; readonly extent: string; readonly by?: readonly string[] };
export type Data = {
  readonly happened: string;
  readonly effective?: string;
  readonly due?: string;
  readonly saidBy: readonly Speaker[];
  readonly terms?: readonly Term[];
  readonly instrument?: Instrument;
  readonly resolves?: readonly string[];
  readonly meets?: readonly string[];
  readonly reported?: boolean;
  readonly mode?: string;
  readonly about?: { readonly announcement: string; readonly term?: string };
  readonly readings?: readonly unknown[];
  readonly joins?: string;
  readonly extent?: string;
  readonly performs?: readonly Performs[];
  readonly removes?: readonly string[];
  readonly keys?: readonly string[];
  readonly until?: string;
  readonly parties?: readonly string[];
  readonly resumes?: readonly string[];
  readonly as?: string;
  readonly reason?: string;
  readonly successor?: string;
};
export type Opening = {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly links?: Readonly<Record<string, readonly string[] | undefined>>;
};
export type Announcement = {
  readonly id: string;
  readonly type: string;
  readonly revision: number;
  readonly time: number;
  readonly data: Data;
  /** The latest day on which it can have happened, capped by its recording. */
  readonly day: string;
  /** The day on which it takes effect, later than `day` where it is a notice first. */
  readonly effectOn: string;
  /** What corrected it, in recording order. */
  readonly corrections: readonly Correction[];
};
/** `keys`: those of the terms that it gave. */
export type Correction = { readonly id: string; readonly fields: readonly string[]; readonly keys: readonly string[] };

const withEffect = ['ended', 'left', 'joined', 'suspended', 'resumed'];

/** The opening as corrected. */
export function openingOf(events: readonly Event[]): Opening {
  const opened = events.find(({ type }) => type === 'opened');
  return (opened ? corrected(opened, events) : { from: [], to: [] }) as unknown as Opening;
}

/** The announcements that are not retracted, as corrected, in the order of the world. */
export function timelineOf(events: readonly Event[]): Announcement[] {
  const announced = events.filter(({ type }) => type !== 'opened' && type !== 'corrected');
  return announced
    .flatMap((event): Announcement[] => {
      const data = corrected(event, events) as Data | undefined;
      return data ? [announcementOf(event, data, correctionsOf(event, events))] : [];
    })
    .sort((a, b) => (a.day === b.day ? a.revision - b.revision : a.day < b.day ? -1 : 1));
}

/** Whether somebody speaks or is spoken for. */
export function speaks(data: Data, party: string): boolean {
  return data.saidBy.some((speaker) => speaker.actor === party || speaker.for === party);
}

function announcementOf({ id, type, revision, time }: Event, data: Data, corrections: readonly Correction[]): Announcement {
  const begun = dayBegun(time);
  const day = earlier(spanOf(data.happened).last ?? begun, begun);
  const start = withEffect.includes(type) && data.effective !== undefined ? firstDateOf(data.effective).last : undefined;
  return { id, type, revision, time, data, day, effectOn: later(day, start ?? day), corrections };
}

function correctionsOf(event: Event, events: readonly Event[]): Correction[] {
  return events.flatMap(({ id, type, data }) => {
    const { corrects, changes = {} } = data as { corrects?: string; changes?: Record<string, unknown> };
    const terms = (changes['terms'] ?? []) as readonly Term[];
    return type === 'corrected' && corrects === event.id
      ? [{ id, fields: Object.keys(changes), keys: terms.map(({ key }) => key) }]
      : [];
  });
}

/** What an event says once every correction of it has been read, in recording order; undefined when it was retracted. */
function corrected(event: Event, events: readonly Event[]): Record<string, unknown> | undefined {
  let fields: Record<string, unknown> = { ...event.data };
  for (const { type, data } of events) {
    if (type !== 'corrected') continue;
    const { corrects, mode, changes = {} } = data as { corrects: string; mode: string; changes?: Record<string, unknown> };
    if (corrects !== event.id) continue;
    if (mode === 'retract') return undefined;
    const before = fields['terms'] as readonly Term[] | undefined;
    const given = changes['terms'] as readonly Term[] | null | undefined;
    fields = { ...fields, ...changes };
    if (mode === 'refine' && before && given)
      fields['terms'] = [
        ...before.map((term) => given.find(({ key }) => key === term.key) ?? term),
        ...given.filter(({ key }) => !before.some((term) => term.key === key)),
      ];
    fields = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  }
  return fields;
}
