import type { AnnouncementType } from './announcement.ts';

/** How far a commitment has come, in order. See `Status` in commitment.ts for what stands beside the stage. */
export const stages = ['none', 'noted', 'proposed', 'pledged', 'formalised', 'fulfilled', 'ended'] as const;
export type Stage = (typeof stages)[number];

/** The signs that pages draw beside a type: those of the stages, and one for each type that changes no stage. */
const typeMarks = [
  'proposed',
  'pledged',
  'formalised',
  'fulfilled',
  'ended',
  'contested',
  'observed',
  'amended',
  'reaffirmed',
] as const;
export type TypeMark = (typeof typeMarks)[number];

/**
 * What holds for every announcement of a type: one row of the sheet below. The fold, the rules, what is in force, warnings, the
 * read model, the form and the pages all use it.
 */
export type TypeOfAnnouncement = {
  /** In a sentence, for people. */
  readonly meaning: string;
  /** The heading of an announcement of the type; some fields make it more specific (see src/wording/announcement.ts). */
  readonly label: string;
  /** The sign beside it. */
  readonly mark: TypeMark;
  /** What it needs beyond the common fields, for people. */
  readonly needs: string;
  /** The stage to which it raises the commitment; a later stage stays. A partial performance raises nothing. */
  readonly raises?: Stage;
  /** The stages at which it may be announced. */
  readonly allowed: readonly Stage[];
  /** What else decides whether it may be announced, for people; place.ts judges it. */
  readonly allowedOnlyIf?: string;
  /**
   * What becomes of its terms. `agreed`: they stand, as pledged or formalised; `amended`: they stand with the status of what they
   * replace; `proposed`, `observed`, `delivered`: they are shown as such and never stand; `repeated`: they say again what
   * another announcement gave.
   */
  readonly terms: 'agreed' | 'amended' | 'proposed' | 'observed' | 'delivered' | 'repeated';
  /** Whether it answers an expectation: what was expected by a day has come, or is no longer awaited. */
  readonly answersExpectation: boolean;
};

const agreed: readonly Stage[] = ['pledged', 'formalised', 'fulfilled'];
const notEnded: readonly Stage[] = ['noted', 'proposed', ...agreed];
const notEndedYet: readonly Stage[] = ['none', ...notEnded];
const anyButNone: readonly Stage[] = [...notEnded, 'ended'];

/**
 * Every type of announcement. A new one is a row here and an entry in announcement.ts; the compiler then lists what else must
 * know it.
 */
export const typeSheet: Readonly<Record<AnnouncementType, TypeOfAnnouncement>> = {
  proposed: {
    meaning: 'Not accepted by the one who would owe it',
    label: 'Proposed',
    mark: 'proposed',
    needs: '`mode`: demand, request, plan, claim, threat, expected',
    raises: 'proposed',
    allowed: stages,
    terms: 'proposed',
    answersExpectation: false,
  },
  pledged: {
    meaning: 'The one who owes it undertakes it',
    label: 'Pledged',
    mark: 'pledged',
    needs: 'a speaker who is, or speaks `for`, an obligor; or `reported: true` and not only the beneficiary speaking',
    raises: 'pledged',
    allowed: notEndedYet,
    allowedOnlyIf: 'once it is pledged, only if it binds an obligor who is not bound yet; who is bound uses `amended`',
    terms: 'agreed',
    answersExpectation: true,
  },
  formalised: {
    meaning: 'An instrument now carries it',
    label: 'Formalised',
    mark: 'formalised',
    needs: '`instrument`, with an obligor among its `parties` or, where it names none, an obligor speaking',
    raises: 'formalised',
    allowed: notEndedYet,
    terms: 'agreed',
    answersExpectation: true,
  },
  disputed: {
    meaning: 'A party contests it',
    label: 'A dispute opens',
    mark: 'contested',
    needs: '`ground`, `about`, `readings`',
    allowed: anyButNone,
    terms: 'repeated',
    answersExpectation: false,
  },
  fulfilled: {
    meaning: 'Performed, in part or in full',
    label: 'Performed',
    mark: 'fulfilled',
    needs:
      '`extent`: partial, full; each figure says by `counts` how it adds up; a party, court, parliament or org speaking, or reported',
    raises: 'fulfilled',
    allowed: [...agreed, 'ended'],
    terms: 'delivered',
    answersExpectation: true,
  },
  observed: {
    meaning: 'A reported fact or measurement',
    label: 'Observed',
    mark: 'observed',
    needs: '',
    raises: 'noted',
    allowed: stages,
    terms: 'observed',
    answersExpectation: false,
  },
  amended: {
    meaning: 'The parties changed the terms',
    label: 'Terms amended',
    mark: 'amended',
    needs:
      'a changed term, or `removes`; an obligor speaking or among the `parties` of its `instrument`, or reported; a beneficiary alone only removes',
    allowed: agreed,
    terms: 'amended',
    answersExpectation: true,
  },
  reaffirmed: {
    meaning: 'Repeated without change',
    label: 'Reaffirmed',
    mark: 'reaffirmed',
    needs: 'no figure other than those that stand; a party speaking, or reported',
    allowed: agreed,
    terms: 'repeated',
    answersExpectation: false,
  },
  suspended: {
    meaning: 'Set aside for a time',
    label: 'Suspended',
    mark: 'amended',
    needs: 'a party speaking; a court, parliament or org by an `instrument`; or reported',
    allowed: agreed,
    terms: 'repeated',
    answersExpectation: false,
  },
  resumed: {
    meaning: 'In operation again',
    label: 'In operation again',
    mark: 'reaffirmed',
    needs: 'as `suspended`, or who gave the notice speaking',
    allowed: anyButNone,
    allowedOnlyIf: 'something is suspended, or a notice runs',
    terms: 'repeated',
    answersExpectation: false,
  },
  joined: {
    meaning: 'A party comes in',
    label: 'Joined',
    mark: 'amended',
    needs:
      '`parties`, `as`: obligor, beneficiary; one of them speaking or among the `parties` of the `instrument`, or reported',
    allowed: anyButNone,
    terms: 'repeated',
    answersExpectation: false,
  },
  left: {
    meaning: 'A party goes out, or is exempt from some terms',
    label: 'Left',
    mark: 'amended',
    needs: '`parties`, `reason`: withdrawn, expelled, dissolved, exempted (with `keys`); a party speaking, or reported',
    allowed: notEnded,
    terms: 'repeated',
    answersExpectation: false,
  },
  ended: {
    meaning: 'Over',
    label: 'Ended',
    mark: 'ended',
    needs:
      '`reason`: withdrawn, expired, superseded, annulled, breached; a party speaking (one of several who are bound uses `left`), a court, parliament or org by an `instrument`, or reported',
    raises: 'ended',
    allowed: notEnded,
    terms: 'repeated',
    answersExpectation: true,
  },
};

/** Whether the terms of an announcement stand: somebody is then held to them. */
export function makesTermsStand(type: AnnouncementType): boolean {
  const { terms } = typeSheet[type];
  return terms === 'agreed' || terms === 'amended';
}
