import type { z } from 'zod';
import { allianceCosts } from './allianceCosts.ts';
import { japanCooperation } from './japanCooperation.ts';
import { northKoreaPolicy } from './northKoreaPolicy.ts';
import { tradeTerms } from './tradeTerms.ts';

/** Every view. A new one is a file beside these and one entry here; API, CLI and the document follow. */
export const views = [allianceCosts, tradeTerms, northKoreaPolicy, japanCooperation] as const;

export type View = (typeof views)[number];
export type ViewAnswer = z.infer<View['schema']>;

export function viewNamed(name: string): View | undefined {
  return views.find((view) => view.name === name);
}
