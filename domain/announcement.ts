import { z } from 'zod';
import { actor, checkedString, expectedFound, party, patternString, slugPattern, topic, ulid } from './codes.ts';
import { term, termKey, when, words } from './terms.ts';

/**
 * Every event of the ledger. These names and shapes are the storage format of years: add to them, never rename, never reuse.
 * Types are inferred from here and written nowhere else. `tests/domain/frozen.test.ts` holds one stored example of each.
 */

const slug = patternString('a slug such as joint-fact-sheet', slugPattern);
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
  .refine(({ tier, url: address, sha256, quote: said }) => tier === 'memory' || (address ?? sha256 ?? said) !== undefined, {
    error: () => 'expected at least one of url, sha256 and quote, found none (save of a source of tier memory)',
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
  document: slug.optional().describe('A slug that all announcements of one document share'),
});

export const reading = z.strictObject({
  party: actor.describe('Whose reading it is: a party, or another actor'),
  text: words,
  translation: words.optional(),
  by: z.strictObject({ actor, name: words.optional(), role: words.optional() }).optional(),
  source: source.optional(),
});

export const about = z.strictObject({ announcement: ulid, term: termKey.optional() });

const sources = z.array(source).min(1, { error: 'expected at least one source, found none' });
const noParty = 'expected at least one party, found none';
const confidence = z.enum(['high', 'medium', 'low']);
const terms = z.array(term).superRefine((list, context) => {
  const seen = new Set<string>();
  for (const [index, { key }] of list.entries()) {
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'key'], message: expectedFound('each key once', key) });
    seen.add(key);
  }
});

export const commonFields = {
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
  meets: z.array(termKey).optional().describe('Keys of standing conditions that are met by it'),
};
const reported = z.boolean().optional().describe('True for what only others report');
const parties = z.array(party);
const keys = z.array(termKey);
const performs = z.array(
  z.strictObject({
    key: termKey,
    extent: z.enum(['partial', 'full']),
    by: parties.optional().describe('Who performed it, of those who owe it each by himself'),
  }),
);

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
  event(
    'proposed',
    z.strictObject({ ...commonFields, mode: z.enum(['demand', 'request', 'plan', 'claim', 'threat', 'expected']) }),
  ),
  event('pledged', z.strictObject({ ...commonFields, reported })),
  event('formalised', z.strictObject({ ...commonFields, instrument })),
  event(
    'disputed',
    z.strictObject({
      ...commonFields,
      ground: z.enum(['reading', 'figures', 'performance', 'validity', 'rejection']),
      about,
      readings: z.array(reading).min(1, { error: 'expected at least one reading, found none' }),
      joins: ulid.optional().describe('The open dispute to which this adds readings'),
    }),
  ),
  event(
    'fulfilled',
    z.strictObject({ ...commonFields, reported, extent: z.enum(['partial', 'full']), performs: performs.optional() }),
  ),
  event('observed', z.strictObject(commonFields)),
  event(
    'amended',
    z
      .strictObject({ ...commonFields, reported, removes: keys.optional() })
      .refine((data) => (data.terms?.length ?? 0) + (data.removes?.length ?? 0) > 0, {
        error: 'expected a changed term or a key in removes, found neither',
      }),
  ),
  event('reaffirmed', z.strictObject({ ...commonFields, reported })),
  event(
    'suspended',
    z.strictObject({
      ...commonFields,
      reported,
      keys: keys.optional().describe('Terms that are set aside; absent: all, also later ones'),
      until: when.optional(),
      parties: parties.optional().describe('Whose part in it is set aside; absent: that of all'),
    }),
  ),
  event(
    'resumed',
    z.strictObject({
      ...commonFields,
      reported,
      resumes: z.array(ulid).optional().describe('Suspensions, or notices that it revokes; absent: all suspensions'),
    }),
  ),
  event(
    'joined',
    z.strictObject({
      ...commonFields,
      reported,
      parties: parties.min(1, { error: noParty }),
      as: z.enum(['obligor', 'beneficiary']),
    }),
  ),
  event(
    'left',
    z
      .strictObject({
        ...commonFields,
        reported,
        parties: parties.min(1, { error: noParty }),
        reason: z.enum(['withdrawn', 'expelled', 'dissolved', 'exempted']),
        successor: party
          .optional()
          .describe('The party whose account that of the dissolved one becomes, and who takes its place as beneficiary'),
        keys: keys.optional().describe('The terms from which the parties are exempt'),
      })
      .superRefine(({ reason, successor, keys: exempt = [] }, context) => {
        const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
        if (successor !== undefined && reason !== 'dissolved')
          refuse('successor', 'expected a successor only with the reason dissolved');
        if (reason === 'exempted' && exempt.length === 0)
          refuse('keys', 'expected at least one key with the reason exempted, found none');
        if (reason !== 'exempted' && exempt.length > 0) refuse('keys', 'expected keys only with the reason exempted');
      }),
  ),
  event(
    'ended',
    z
      .strictObject({
        ...commonFields,
        reported,
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
