import { type Html, html } from '../html.ts';

/**
 * Textures for filling pictures, by id: `hatch` (pledged), `dots` (left open), `unk` (not known). Included once on every page.
 */
export const textures: Html = html`<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
  <pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="tex-ground" /><line x1="0" y1="0" x2="0" y2="5" class="tex-line" /></pattern>
  <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><circle cx="1.3" cy="1.3" r=".8" class="tex-dot" /></pattern>
  <pattern id="unk" width="7" height="7" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r=".9" class="tex-dot" /></pattern>
</defs></svg>`;
