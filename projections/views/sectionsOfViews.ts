import { obligations } from './obligationSection.ts';
import { counts, payments, shares } from './paymentSections.ts';
import { positions } from './positionSection.ts';
import { tariffs } from './tariffSection.ts';

/**
 * What a view may show besides its lines. A new section is an entry here, its fields in `everyShape` of view.ts, and an entry
 * in src/http/views/viewSections.ts for its page.
 */

export const sectionNames = ['tariffs', 'payments', 'shares', 'counts', 'obligations', 'positions', 'totals'] as const;
export type SectionName = (typeof sectionNames)[number];

/** The fields that each section adds to an answer, and the function that makes them. Every answer has totals. */
export const sections = {
  tariffs,
  payments,
  shares,
  counts,
  obligations,
  positions,
  totals: { shape: {}, project: () => ({}) },
} satisfies Record<SectionName, unknown>;
