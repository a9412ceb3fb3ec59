import { obligations } from './obligationSection.ts';
import { counts, payments, shares } from './paymentSections.ts';
import { positions } from './positionSection.ts';
import { tariffs } from './tariffSection.ts';

/**
 * What a view may show besides its lines: the fields that each section adds to an answer, and the function that makes them. Every
 * answer has totals. A new section is its file and an entry here; the compiler then asks how its page draws it.
 */
export const sections = {
  tariffs,
  payments,
  shares,
  counts,
  obligations,
  positions,
  totals: { shape: {}, project: () => ({}) },
};

export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections) as [SectionName, ...SectionName[]];
