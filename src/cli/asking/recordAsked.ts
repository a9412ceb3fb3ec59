import { z } from 'zod';
import { parseEvent } from '../../../domain/decide.ts';
import type { AnnouncementType, LedgerEvent } from '../../../domain/announcement.ts';
import { ulid } from '../../../domain/codes.ts';
import { whenInWords } from '../../../domain/dates.ts';
import type { Problem } from '../../../domain/rejection.ts';
import { typeSheet } from '../../../domain/types.ts';
import { hint } from '../../http/dryRun.ts';
import { fillAnnouncement } from '../../http/record/defaults.ts';
import { Filling } from '../../http/record/filling.ts';
import { announcementSections, openingSection } from '../../http/record/sections.ts';
import { announcementTypes } from '../../http/record/subject.ts';
import { type Body, bodyOf } from '../../http/record/values.ts';
import { saidInRows } from '../../wording/said.ts';
import { answerOf, problemShape } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { hintInWords } from '../commands/recordDocument.ts';
import { askField, type Asking, firstPlace, placeOf, sayTaken } from './askedFields.ts';
import { chosen, type Dialogue } from './dialogue.ts';

/** What the command line gave `ledger record`; what is missing is asked for on a terminal. */
export type Given = {
  readonly type: AnnouncementType | undefined;
  readonly commitment: string | undefined;
  readonly fields: Body;
};

/** The request that records it. */
export type Request = { readonly path: string; readonly body: Body };

/** Whether anything is missing that a person can be asked for. Wrong input is refused as always, not asked for again. */
export function isMissing({ type, commitment, fields }: Given): boolean {
  return type === undefined || commitment === undefined || 'reason' in parseEvent(type, fields);
}

/**
 * Asks for what is missing, each question with an example, and shows how every answer was read. Then judges the whole in a dry
 * run and says, in the ledger's words, what would be recorded. Records nothing.
 */
export async function askForMissing(ask: Ask, dialogue: Dialogue, given: Given): Promise<Request> {
  const type = given.type ?? (await chosen(dialogue, 'What is announced?', typeChoices()));
  const commitment = given.commitment ?? (await chosenCommitment(ask, dialogue));
  const opening =
    commitment === undefined
      ? await asked({ ask, dialogue, fields: openingSection.fields, names: 'names' }, 'opened')
      : undefined;
  const fields = announcementSections(type).flatMap((section) => section.fields);
  const announcements = type === 'disputed' && commitment !== undefined ? await announcementsOf(ask, commitment) : [];
  const asking = { ask, dialogue, filling: new Filling(new Map()), fields, announcements };
  if (given.fields['terms'] === undefined) await askWords(asking);
  const obligors = (opening?.['from'] ?? []) as string[];
  for (let tries = 0; ; tries++) {
    const own = await asked({ ...asking, obligors, given: given.fields }, type);
    const request = requestOf({ type, commitment, opening, own });
    const problems = await shown(ask, dialogue, request);
    if (problems.length === 0) return request;
    for (const { detail } of problems) dialogue.say(`refused: ${detail}`);
    const place = firstPlace(
      asking,
      problems.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/announcement/, ''), detail })),
    );
    if (!place || tries === maxTries) throw new Error('nothing is recorded');
    await askField(asking, place);
  }
}

/** How many times a refused answer is asked for again. */
const maxTries = 5;

function typeChoices(): [AnnouncementType, string][] {
  return announcementTypes.map((type) => [type, `${type}: ${typeSheet[type].meaning}`]);
}

const found = z.object({ commitments: z.array(z.object({ id: z.string(), title: z.string() })) });

/** The id of a recorded commitment; undefined for a new one. */
async function chosenCommitment(ask: Ask, dialogue: Dialogue): Promise<string | undefined> {
  for (;;) {
    const answer = await dialogue.question('On which commitment? Its id, or words of it (Enter for a new one)');
    if (answer === '') return undefined;
    if (ulid.safeParse(answer).success) return answer;
    const { commitments } = await answerOf(ask, found, '/commitments', { q: answer, limit: 9 });
    if (commitments.length === 0) dialogue.say('  nothing of those words is found');
    else
      return chosen(dialogue, '', [
        ...commitments.map(({ id, title }): [string, string] => [id, title]),
        [undefined, 'a new one'],
      ]);
  }
}

const history = z.object({ events: z.array(z.object({ id: z.string(), type: z.string(), sequence: z.int() })) });

/** The announcements of a commitment that can be disputed, the newest first. */
async function announcementsOf(ask: Ask, commitment: string): Promise<[string, string][]> {
  const { events } = await answerOf(ask, history, `/commitments/${encodeURIComponent(commitment)}/history`);
  return events
    .filter(({ type }) => type !== 'opened' && type !== 'corrected')
    .toReversed()
    .map(({ id, type, sequence }) => [id, `${type}, event ${sequence}`]);
}

async function askWords(asking: Asking): Promise<void> {
  const place = placeOf(asking.fields, '/terms/0/text');
  if (place) await askField(asking, place, true);
}

type Pass = Omit<Asking, 'filling'> & {
  readonly filling?: Filling;
  readonly given?: Body;
  readonly obligors?: readonly string[];
};

/** The body of an event, complete: what follows from the answers is filled in, the rest is asked for. */
async function asked(
  { given = {}, obligors = [], filling = new Filling(new Map()), ...more }: Pass,
  type: LedgerEvent['type'],
): Promise<Body> {
  const asking = { ...more, filling };
  if (type === 'opened') {
    for (const [pointer, isOptional] of [
      ['/title', false],
      ['/from', false],
      ['/to', true],
    ] as const) {
      const place = placeOf(asking.fields, pointer);
      if (place) await askField(asking, place, isOptional);
    }
  }
  for (;;) {
    const before = filling.taken.length;
    if (type !== 'opened' && type !== 'corrected') fillAnnouncement(filling, { type, path: '', obligors });
    sayTaken(asking, before);
    const body = { ...(type === 'opened' && { to: [] }), ...bodyOf(asking.fields, new Map(filling.form)), ...given };
    const event = parseEvent(type, body);
    if (!('reason' in event)) return body;
    const open = event.problems.filter(({ pointer }) => !((pointer.split('/')[1] ?? '') in given));
    const place = firstPlace(asking, open);
    if (!place) throw new Error(event.problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('\n'));
    await askField(asking, place);
  }
}

function requestOf({
  type,
  commitment,
  opening,
  own,
}: {
  type: AnnouncementType;
  commitment: string | undefined;
  opening: Body | undefined;
  own: Body;
}): Request {
  const announcement = { type, ...own };
  return commitment === undefined
    ? { path: '/commitments', body: { ...opening, announcement } }
    : { path: `/commitments/${encodeURIComponent(commitment)}/announcements`, body: announcement };
}

const rehearsed = z.object({ hints: z.array(hint) });

/** Shows what would be recorded and what looks doubtful; answers the problems of a refusal. */
async function shown(ask: Ask, dialogue: Dialogue, { path, body }: Request): Promise<readonly Problem[]> {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const response = await ask(`${path}?dryRun`, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) {
    const { detail = 'it is refused', errors = [] } = problemShape.parse(answer);
    return errors.length > 0 ? errors : [{ pointer: '', detail }];
  }
  const { announcement, ...opening } = path === '/commitments' ? body : { announcement: body };
  const { type, ...data } = announcement as Body;
  const names = opening['names'] as Record<string, string> | undefined;
  dialogue.say('\nWould be recorded:');
  for (const [kind, said] of [
    ['opened', opening],
    [String(type), data],
  ] as const) {
    const event = parseEvent(kind, said);
    if ('reason' in event) continue;
    dialogue.say(`  ${event.type.toUpperCase()}${'happened' in event.data ? `  ${whenInWords(event.data.happened)}` : ''}`);
    for (const row of saidInRows(event, names)) dialogue.say(`    ${row}`);
  }
  for (const one of rehearsed.parse(answer).hints) dialogue.say(`  ${hintInWords(one).trimEnd()}`);
  return [];
}
