import type { ViewAnswer } from '../../../projections/views.ts';
import type { Html } from './html.ts';

/** What a view says, in one sentence filled from its own fields, and a second one. No template states more than its fields. */
export type Finding = { readonly heading: Html | string; readonly lede?: Html | string | undefined };

export function finding(answer: ViewAnswer): Finding {
  const { lines, title } = answer;
  if (lines.length === 0) return { heading: `${title}: nothing recorded` };
  return { heading: `${title}: ${lines.length === 1 ? 'one commitment' : `${lines.length} commitments`}` };
}
