import { z } from 'zod';
import { actor, checkedString, expectedFound, party, patternString, topic, ulid } from '../../../domain/codes.ts';
import { term, termKey, when, words } from './terms.ts';

/**
 * Every event of the ledger. These names and shapes are the storage format of years: add to them, never rename, never reuse.
 * Types are inferred from here and written nowhere else. `tests/domain/frozen.test.ts` holds one stored example of each.
 */

const url = checkedString('an absolute address', (text) => URL.canParse(text));

const quote = z.strictObject({
  exact: words,
  prefix: z.string().optional(),
  suffix: z.string().optional(),
  translation: z.string().optional(),
});

export const source = z
  .strictObject({
    publisher: words,
    url: url.optional(),
    sha256: patternString('a SHA-256 as 64 hexadecimal digits', /^[0-9a-fA-F]{64}$/).optional(),
    quote: quote.optional(),
    title: words.optional(),
    published: when.optional(),
    accessed: when.optional(),
    lang: patternString('a language tag such as en or ko-KR', /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/).optional(),
    tier: words.optional(),
    archivedUrl: url.optional(),
  })
  .refine((value) => value.url !== undefined || value.sha256 !== undefined || value.quote !== undefined, {
    error: () => 'expected at least one of url, sha256 and quote, found none',
  });

export const speaker = z.strictObject({
  actor,
  name: words.optional(),
  for: actor.optional().describe('For whom the actor speaks'),
  role: words.optional().describe('The role at the time'),
});

export const instrument = z.strictObject({
  kind: words,
  title: words,
  date: when,
  parties: z.array(party).optional(),
  binding: z.enum(['yes', 'no', 'disputed']),
});

export const reading = z.strictObject({
  party: actor,
  text: words,
  by: z.strictObject({ actor, name: words.optional(), role: words.optional() }).optional(),
  source: source.optional(),
});

export const about = z.strictObject({ announcement: ulid, term: termKey.optional() });

const sources = z.array(source).min(1, { error: 'expected at least one source, found none' });
const confidence = z.enum(['high', 'medium', 'low']);
const terms = z.array(term).superRefine((list, context) => {
  const seen = new Set<string>();
  for (const [index, { key }] of list.entries()) {
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'key'], message: expectedFound('each key once', key) });
    seen.add(key);
  }
});

const common = {
  happened: when.describe('When it happened'),
  effective: when.optional().describe('From when its terms are effective'),
  due: when.optional(),
  saidBy: z.array(speaker).min(1, { error: 'expected at least one speaker, found none' }),
  terms: terms.optional(),
  instrument: instrument.optional(),
  sources,
  summary: z.string().optional(),
  note: z.string().optional(),
  confidence: confidence.optional(),
  resolves: z.array(ulid).optional().describe('Open disputes that this settles'),
};

const commitmentIds = z.array(ulid).optional();
export const links = z.strictObject({
  partOf: commitmentIds,
  notPartOf: commitmentIds,
  contains: commitmentIds,
  claimedPartOf: commitmentIds,
  inExchangeFor: commitmentIds,
  dependsOn: commitmentIds,
  supersedes: commitmentIds,
});

export const opened = z.strictObject({
  title: words,
  topic,
  from: z.array(party).min(1, { error: 'expected at least one obligor, found none' }).describe('Obligors'),
  to: z.array(party).describe('Beneficiaries'),
  links: links.optional(),
  names: z.record(party, words).optional().describe('How a party that is no country is called'),
});

/** Every event of the ledger. A new type is one entry here; the compiler then lists the places that must know it. */
export const ledgerEvent = z.discriminatedUnion('type', [
  event('opened', opened),
  event('proposed', z.strictObject({ ...common, mode: z.enum(['demand', 'request', 'plan', 'claim', 'threat', 'expected']) })),
  event('pledged', z.strictObject({ ...common, reported: z.boolean().optional() })),
  event('formalised', z.strictObject({ ...common, instrument })),
  event(
    'disputed',
    z.strictObject({
      ...common,
      ground: z.enum(['reading', 'figures', 'performance', 'validity', 'rejection']),
      about,
      readings: z.array(reading).min(1, { error: 'expected at least one reading, found none' }),
      joins: ulid.optional().describe('The open dispute to which this adds readings'),
    }),
  ),
  event('fulfilled', z.strictObject({ ...common, extent: z.enum(['partial', 'full']) })),
  event('observed', z.strictObject(common)),
  event(
    'amended',
    z
      .strictObject({ ...common, removes: z.array(termKey).optional() })
      .refine((data) => (data.terms?.length ?? 0) + (data.removes?.length ?? 0) > 0, {
        error: 'expected a changed term or a key in removes, found neither',
      }),
  ),
  event('reaffirmed', z.strictObject(common)),
  event(
    'ended',
    z
      .strictObject({
        ...common,
        reason: z.enum(['withdrawn', 'expired', 'superseded', 'annulled', 'breached']),
        successor: ulid.optional(),
      })
      .refine((data) => data.successor === undefined || data.reason === 'superseded', {
        path: ['successor'],
        error: 'expected a successor only with the reason superseded',
      }),
  ),
  event(
    'corrected',
    z
      .strictObject({
        corrects: ulid,
        mode: z.enum(['refine', 'replace', 'retract']),
        changes: z.record(z.string(), z.unknown()).optional(),
        reason: words,
        sources,
        note: z.string().optional(),
        confidence: confidence.optional(),
      })
      .superRefine(({ mode, changes }, context) => {
        const fields = Object.keys(changes ?? {}).length;
        if (mode === 'retract' && changes !== undefined)
          context.addIssue({ code: 'custom', path: ['changes'], message: 'expected no changes with retract, found some' });
        if (mode !== 'retract' && fields === 0)
          context.addIssue({ code: 'custom', path: ['changes'], message: 'expected at least one field to change, found none' });
      }),
  ),
]);

function event<T extends string, D extends z.ZodObject>(type: T, data: D) {
  return z.strictObject({ type: z.literal(type), data });
}

export const eventTypes = ledgerEvent.options.map((option) => option.shape.type.value);

export type LedgerEvent = z.infer<typeof ledgerEvent>;
export type EventType = LedgerEvent['type'];
export type Announcement = Exclude<LedgerEvent, { type: 'opened' | 'corrected' }>;
export type AnnouncementType = Announcement['type'];
export type Opened = z.infer<typeof opened>;
export type Corrected = Extract<LedgerEvent, { type: 'corrected' }>['data'];
export type Source = z.infer<typeof source>;
export type Speaker = z.infer<typeof speaker>;
export type Reading = z.infer<typeof reading>;

/** An event as the domain sees it once it is recorded. */
export type Recorded<E extends LedgerEvent = LedgerEvent> = E & {
  readonly id: string;
  /** The commitment's id. */
  readonly stream: string;
  /** Place in the ledger's global order, from 1. */
  readonly sequence: number;
  /** Place in the commitment's stream, from 0. */
  readonly revision: number;
  /** When it was recorded, milliseconds since 1970, UTC. */
  readonly time: number;
  readonly recordedBy: string;
};
