import type { Opened, Recorded } from '../../domain/announcement.ts';
import type { Commitment } from '../../domain/commitment.ts';
import { doubtsOf } from './doubts.ts';
import { type Hint, hintsOf } from './hints.ts';
import { canonicalJson } from '../../domain/json.ts';
import type { Term } from '../../domain/terms.ts';
import type { Sameness } from '../../projections/doubles.ts';
import type { Log } from '../store/log.ts';
import { type Double, Keys, knownKeys } from './recordedTwice.ts';
import { knownSlugs } from './slugs.ts';

/** Hints on events that may be recorded: shown in a dry run, on the check of a form, and by the command line. */

/** An event that may be recorded, in its commitment as it then stands. */
export type Judged = {
  readonly event: Recorded;
  readonly after: Commitment;
  /** The place of the event in what was sent, as a JSON pointer. */
  readonly pointer: string;
};

/** `body`: what was sent, which is searched for slugs. `events`: those that it would record. */
export async function hintsOn(log: Log, body: unknown, events: readonly Judged[]): Promise<Hint[]> {
  const hints = hintsOf(body, await knownSlugs(log));
  for (const { event, after, pointer } of events) {
    const own = [...doubtsIn(event, after), ...(await doublesOf(log, event, after))];
    hints.push(...own.map((hint) => ({ ...hint, pointer: pointer + hint.pointer })));
  }
  return hints;
}

/** For an announcement all doubts; for a correction only those about the figures that it gives. */
function doubtsIn(event: Recorded, after: Commitment): Hint[] {
  if (event.type === 'opened') return [];
  const id = event.type === 'corrected' ? event.data.corrects : event.id;
  const entry = after.timeline.find((one) => one.id === id);
  if (!entry) return [];
  if (event.type !== 'corrected') return doubtsOf(entry, after);
  const given = (event.data.changes?.['terms'] ?? []) as readonly Term[];
  const places = new Map(given.map(({ key }, place) => [key, place]));
  return doubtsOf(entry, after, new Set(places.keys())).map((hint) => ({ ...hint, pointer: '/changes/terms' }));
}

/** Possible duplicates: each recorded event once, with the first thing in common. */
async function doublesOf(log: Log, event: Recorded, after: Commitment): Promise<Hint[]> {
  const keys = await knownKeys(log);
  const opening: Opened = after.opened.data;
  const said = { stream: after.id, id: event.id, type: event.type, data: canonicalJson(event.data) };
  const found = new Map<number, Double>();
  for (const double of keys.find(said, opening)) if (!found.has(double.earlier)) found.set(double.earlier, double);
  const hints: Hint[] = [];
  for (const { same, pointer, earlier } of found.values()) {
    const [other] = await log.read(earlier - 1, 1);
    if (!other || other.id === event.id) continue;
    const detail = `${sameInWords[same]} is recorded already, as event ${earlier}; is it the same?`;
    hints.push({ hint: `same-${same}`, pointer, detail, found: event.type, commitment: other.stream, event: other.id });
  }
  return hints;
}

/** What counts as a repetition within one document. Its items naturally share a source, passages or a topic. */
const twiceInDocument: ReadonlySet<Sameness> = new Set<Sameness>(['title', 'figure', 'act']);

/** Repetitions within a document that is not recorded yet, for each of its parts: events are compared with earlier ones. */
export function repeatedIn(parts: readonly (readonly Judged[])[]): Hint[][] {
  const keys = new Keys();
  const taken: Judged[] = [];
  return parts.map((part) =>
    part.flatMap((judged) => {
      const { event, after, pointer } = judged;
      const said = { ...event, stream: after.id, data: canonicalJson(event.data) };
      const doubles = keys
        .find(said, after.opened.data)
        .filter(({ same, pointer: place }) => twiceInDocument.has(same) && (same !== 'act' || place === '/saidBy'));
      keys.take({ ...said, sequence: taken.push(judged) });
      return doubles.map(({ same, pointer: place, earlier }): Hint => {
        const title = taken[earlier - 1]?.after.opened.data.title ?? '';
        const detail = `${sameInWords[same]} stands before it in this document: “${title}”; is it the same?`;
        return { hint: `same-${same}`, pointer: pointer + place, detail, found: event.type };
      });
    }),
  );
}

/** What two events have in common, for messages. */
export const sameInWords: Readonly<Record<Sameness, string>> = {
  quote: 'an announcement of the same type between the same parties, with the same passage',
  act: 'an announcement of the same type and day, by the same speakers or from the same source',
  figure: 'the same figure between the same parties, announced on the same day',
  title: 'a commitment of the same title',
  topic: 'a commitment between the same parties on the same topic',
};
