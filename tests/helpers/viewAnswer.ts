import type { z } from 'zod';
import type { views } from '../../projections/views/views.ts';

/** The answer of one of the built-in views. */
export type ViewAnswer = z.infer<(typeof views)[number]['schema']>;
