import { html } from 'hono/html';
import type { tradeTerms } from '../../../../projections/tradeTerms.ts';
import type { z } from 'zod';
import type { Html } from '../html.ts';
import type { CutLinks } from '../links.ts';

export function body(_answer: z.infer<(typeof tradeTerms)['schema']>, _links: CutLinks): Html {
  return html``;
}
