import { html } from 'hono/html';
import type { northKoreaPolicy } from '../../../../projections/northKoreaPolicy.ts';
import type { z } from 'zod';
import type { Html } from '../html.ts';
import type { CutLinks } from '../links.ts';

export function body(_answer: z.infer<(typeof northKoreaPolicy)['schema']>, _links: CutLinks): Html {
  return html``;
}
