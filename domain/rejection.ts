/** Why something was not recorded. The set is closed: HTTP maps each to one status, and each has a page of its own. */
export const rejectionReasons = {
  invalid: 'The event is not of the form that the contract gives',
  'not-begun': 'It happened on a day that has not begun anywhere on Earth',
  'unknown-commitment': 'No commitment with this id is recorded',
  'already-opened': 'The commitment is already opened',
  'not-allowed-at-stage': 'This type of announcement is not allowed while the commitment stands where it does',
  'not-by-obligor': 'An obligor, or one who speaks for an obligor, must say it',
  'not-by-party': 'A party, or one who speaks for a party, must say it',
  'already-pledged': 'Every obligor who pledges by this is bound already',
  'unknown-party': 'The party that is named is none of that day',
  'unknown-announcement': 'The announcement that is named does not stand in this commitment',
  retracted: 'What is named has been retracted',
  disputed: 'What an open dispute is about cannot be retracted',
  'dispute-not-open': 'The dispute that is named is not open at that place of the timeline',
  'not-suspended': 'Neither a suspension nor a notice that is named runs at that place of the timeline',
  'unknown-term': 'The term that is named is not there',
  'term-cycle': 'The terms refer to each other in a circle',
  'part-mismatch': 'A part has the kind, currency and period of its total',
  'parts-exceed-total': 'The parts together exceed their total',
  'nothing-changed': 'An amendment changes at least one term',
  uncounted: 'A figure that was delivered says how it adds up: as an increment, or cumulative',
  'figure-not-standing': 'A reaffirmation holds no figure other than those that stand',
  'breaks-timeline': 'A later announcement would then stand where its type is not allowed',
  'too-large': 'An event is at most 256 KiB as a line',
  'id-taken': 'The id is already recorded with another body',
  'stream-unreadable': 'The commitment holds an event that this version cannot read; nothing can be added to it',
  'stale-revision': 'The commitment has changed since the revision that was sent',
  'clock-behind': 'The clock of who records is more than a minute before the newest event',
} as const;

export type RejectionReason = keyof typeof rejectionReasons;

export type Problem = {
  /** JSON pointer (RFC 6901) into the event's data. */
  readonly pointer: string;
  /** What was expected and what was found. */
  readonly detail: string;
};

/** An event may break a rule thousands of times: every search for problems stops at this number. */
export const maxProblems = 100;

export type Rejection = { readonly reason: RejectionReason; readonly problems: readonly Problem[] };

export function reject(reason: RejectionReason, pointer: string, detail: string): Rejection {
  return { reason, problems: [{ pointer, detail }] };
}
