import { html } from 'hono/html';
import type { allianceCosts } from '../../../../projections/allianceCosts.ts';
import type { z } from 'zod';
import type { Html } from '../html.ts';
import type { CutLinks } from '../links.ts';

export function body(_answer: z.infer<(typeof allianceCosts)['schema']>, _links: CutLinks): Html {
  return html``;
}
