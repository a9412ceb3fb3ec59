import { type AnnouncementType, eventTypes, type LedgerEvent, type Recorded } from '../../../domain/announcement.ts';
import type { Commitment } from '../../../domain/commitment.ts';
import { parseEvent } from '../../../domain/decide.ts';
import { canonicalJson, jsonProblems } from '../../../domain/json.ts';
import type { Problem } from '../../../domain/rejection.ts';
import type { Term } from '../../../domain/terms.ts';
import type { Command } from '../../command/command.ts';
import { foldStream } from '../../command/fold.ts';
import type { Log } from '../../store/log.ts';
import type { Field, Section } from './fields.ts';
import { announcementSections, correctionSection, openingSection } from './sections.ts';
import { type Body, bodyOf, type Form, formOf } from './values.ts';

/** The subject of a form, and the part of the form that is sent to the ledger. */
export type Subject =
  | { readonly kind: 'open'; readonly type: AnnouncementType; readonly commitment: string; readonly id: string }
  | { readonly kind: 'say'; readonly type: AnnouncementType; readonly commitment: Commitment; readonly id: string }
  | {
      readonly kind: 'correct';
      /** The announcement or opening, as the record has it at the revision that the form shows. */
      readonly target: Recorded;
      readonly commitment: Commitment;
      readonly id: string;
    };

/** A section with the path of its fields in the body. */
export type Placed = Section & { readonly path: string };

export const announcementTypes = eventTypes.filter((type) => type !== 'opened' && type !== 'corrected');

export function isAnnouncementType(text: string | undefined): text is AnnouncementType {
  return announcementTypes.some((type) => type === text);
}

export function sectionsOf(subject: Subject): Placed[] {
  const at = (path: string, sections: readonly Section[]): Placed[] => sections.map((section) => ({ ...section, path }));
  switch (subject.kind) {
    case 'open':
      return [...at('', [openingSection]), ...at('announcement.', announcementSections(subject.type))];
    case 'say':
      return at('', announcementSections(subject.type));
    case 'correct':
      return [...at('', [correctionSection]), ...at('changes.', targetSections(subject.target))];
    default:
      return subject satisfies never;
  }
}

function targetSections({ type }: Recorded): Section[] {
  if (type === 'opened') return [openingSection];
  if (type === 'corrected') throw new Error('expected an announcement or an opening to correct, found a correction');
  return announcementSections(type);
}

function fieldsAt(sections: readonly Placed[], path: string): Field[] {
  return sections.filter((section) => section.path === path).flatMap(({ fields }) => fields);
}

/** The form of a correction before any change: what the record says. */
export function formOfTarget(target: Recorded): [string, string][] {
  const fields = targetSections(target).flatMap((section) => section.fields);
  return formOf(fields, target.data, 'changes.');
}

/** What would be sent to the ledger, or why it cannot be. `placeOf` turns pointers into fields of the form. */
export type Sent = {
  readonly command: Command | undefined;
  readonly problems: readonly Problem[];
  /** From a pointer into what was sent to the pointer of the field. */
  readonly placeOf: (pointer: string) => string;
};

export function sentOf(subject: Subject, form: Form): Sent {
  const sections = sectionsOf(subject);
  const own = bodyOf(fieldsAt(sections, ''), form);
  const commitment = subject.kind === 'open' ? subject.commitment : subject.commitment.id;
  switch (subject.kind) {
    case 'open': {
      const announcement = bodyOf(fieldsAt(sections, 'announcement.'), form, 'announcement.');
      const opening = checked(commitment, 'opened', own);
      const first = checked(subject.id, subject.type, announcement, '/announcement');
      const placeOf = (pointer: string): string => `/announcement${pointer}`;
      return sent({ commitment, placeOf }, opening, first);
    }
    case 'say': {
      const { revision } = subject.commitment;
      return sent({ commitment, expected: revision, placeOf: (pointer) => pointer }, checked(subject.id, subject.type, own));
    }
    case 'correct': {
      const { changes, rows, problems } = changesOf(subject, form, fieldsAt(sections, 'changes.'));
      const retracts = own['mode'] === 'retract';
      const data = { corrects: subject.target.id, ...own, ...(!retracts && changes && { changes }) };
      const placeOf = (pointer: string): string =>
        pointer.replace(/^\/changes\/terms\/(\d+)/, (whole, given: string) =>
          rows[Number(given)] === undefined ? whole : `/changes/terms/${rows[Number(given)]}`,
        );
      const { revision } = subject.commitment;
      const one = checked(subject.id, 'corrected', data);
      return sent({ commitment, expected: revision, placeOf }, { ...one, problems: [...one.problems, ...problems] });
    }
    default:
      return subject satisfies never;
  }
}

type Checked = { readonly event: (LedgerEvent & { id: string }) | undefined; readonly problems: readonly Problem[] };

/** Parses the event by the schema for everything recorded; `prefix` leads to its fields. */
function checked(id: string, type: string, data: Body, prefix = ''): Checked {
  const refusedWith = (problems: readonly Problem[]): Checked => ({
    event: undefined,
    problems: problems.map(({ pointer, detail }) => ({ pointer: prefix + pointer, detail })),
  });
  const unsound = jsonProblems(data);
  if (unsound.length > 0) return refusedWith(unsound);
  const event = parseEvent(type, data);
  return 'reason' in event ? refusedWith(event.problems) : { event: { ...event, id }, problems: [] };
}

function sent(
  { placeOf, ...to }: { commitment: string; expected?: number; placeOf: (pointer: string) => string },
  ...all: readonly Checked[]
): Sent {
  const events = all.flatMap(({ event }) => event ?? []);
  const problems = all.flatMap((one) => one.problems);
  return { command: problems.length === 0 ? { ...to, events } : undefined, problems, placeOf };
}

/** The fields that differ from the record; `rows`: the row of each given term in the form. */
function changesOf(
  { target }: { target: Recorded },
  form: Form,
  fields: readonly Field[],
): { changes: Body | undefined; rows: readonly number[]; problems: readonly Problem[] } {
  // The recorded data passes through a form too, so that only fields changed in the form differ.
  const said = bodyOf(fields, new Map(formOf(fields, target.data)));
  const says = bodyOf(fields, form, 'changes.');
  const changes: Body = {};
  for (const { name } of fields) {
    if (!same(said[name], says[name])) changes[name] = says[name] ?? null;
  }
  const refines = form.get('mode') === 'refine';
  if (!refines || !Array.isArray(changes['terms'])) return { changes: filled(changes), rows: [], problems: [] };
  const before = (said['terms'] ?? []) as Term[];
  const now = changes['terms'] as Term[];
  const left = before.filter(({ key }) => !now.some((term) => term.key === key));
  const problems = left.map(({ key }) => ({
    pointer: '/mode',
    detail: `expected replace where a term is left out ("${key}"), found refine`,
  }));
  const given = now.flatMap((term, row) => (before.some((old) => same(old, term)) ? [] : [row]));
  if (given.length === 0) delete changes['terms'];
  else changes['terms'] = given.map((row) => now[row]);
  return { changes: filled(changes), rows: given, problems };
}

function same(one: unknown, other: unknown): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

function filled(changes: Body): Body | undefined {
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** A commitment folded from its events up to a revision; undefined when it is not recorded. */
export async function commitmentSeen(log: Log, id: string, revision = Infinity): Promise<Commitment | undefined> {
  const events = await log.readStream(id);
  return foldStream(events.filter((event) => event.revision <= revision));
}
