import { html } from 'hono/html';
import type { japanCooperation } from '../../../../projections/japanCooperation.ts';
import type { z } from 'zod';
import type { Html } from '../html.ts';
import type { CutLinks } from '../links.ts';

export function body(_answer: z.infer<(typeof japanCooperation)['schema']>, _links: CutLinks): Html {
  return html``;
}
