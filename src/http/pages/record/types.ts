import type { AnnouncementType } from '../../../../domain/announcement.ts';

/** What each type of announcement means, in a sentence. */
export const meanings: Record<AnnouncementType, string> = {
  proposed: 'Not accepted by the one who would owe it',
  pledged: 'The one who owes it undertakes it',
  formalised: 'An instrument now carries it',
  amended: 'The parties changed the terms',
  reaffirmed: 'Repeated without change',
  disputed: 'A party contests it',
  fulfilled: 'Performed, in part or in full',
  observed: 'A reported fact or measurement',
  ended: 'Over',
};
