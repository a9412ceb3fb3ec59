import type { z } from 'zod';
import type { View } from '../../../projections/views/views.ts';
import type { Html } from '../page/html.ts';
import type { CutLinks } from '../page/links.ts';

/**
 * What a view shows of its own, between its finding and the lines and totals that every view has: first its picture, then what
 * it sets apart. `links` keeps the cut. No heading of level 1; the first one is an h2, if there is one.
 *
 * A line of the view has the id `c-{commitment}` on the page, a figure in it `f-{announcement}-{key}`.
 */
export type ViewBody<V extends View> = (answer: z.infer<V['schema']>, links: CutLinks) => Html;
