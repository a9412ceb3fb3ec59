import { readFileSync } from 'node:fs';
import { sizes } from '../page/pictures/sizes.ts';

/**
 * The style of a stand-alone picture: the rules that pictures have on pages, for SVG renderers that support neither variables
 * nor nested rules. It is made from the same sheets, so a picture looks the same in both places.
 */

const sheets = ['defs', 'rangeBar', 'steps', 'clocks'].map((name) => `page/pictures/${name}`);

/** Fonts that most machines have, then those included in the compiler of PDF. */
const sans = "'Liberation Sans', Arial, 'Noto Sans', 'Noto Sans CJK KR', 'Libertinus Serif', sans-serif";

function textOf(sheet: string): string {
  return readFileSync(new URL(`../${sheet}.css`, import.meta.url), 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
}

/** The light colours of the pages. */
function tokens(): Map<string, string> {
  const [, root = ''] = /:root \{([^}]*)\}/.exec(textOf('page/base')) ?? [];
  const found = [...root.matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, name = '', value = '']): [string, string] => [name, value]);
  return new Map([...found, ['--picture-text', `${sizes.pictureText}px`], ['--sans', sans]]);
}

/** Nested rules flattened, each with its full selector: `.cap { &.thin { … } }` becomes `.cap.thin { … }`. */
function flat(css: string): [selector: string, declarations: string][] {
  const rules: [string, string][] = [];
  const around: string[] = [];
  for (const [, declarations = '', head = '', sign] of css.matchAll(/((?:[^{};]+;)*)\s*([^{};]*)([{}])/g)) {
    const selector = around.filter((one) => !one.startsWith('@')).reduce(nested, '');
    if (selector !== '' && declarations.trim() !== '' && !around.some((one) => /^@(media|layer (?!parts))/.test(one)))
      rules.push([selector, declarations.trim().replaceAll(/\s+/g, ' ')]);
    if (sign === '{') around.push(head.trim().replaceAll(/\s+/g, ' '));
    else around.pop();
  }
  return rules;
}

function nested(outer: string, inner: string): string {
  return outer === '' ? inner : inner.startsWith('&') ? outer + inner.slice(1) : `${outer} ${inner}`;
}

/** Properties that only matter on a page. */
const ofPages = /^(padding|margin|display|width|position|print-color-adjust|-webkit-print-color-adjust)\b/;

function styled(): string {
  const values = tokens();
  const value = (text: string): string => text.replaceAll(/var\((--[\w-]+)\)/g, (all, name: string) => values.get(name) ?? all);
  const rules = sheets
    .flatMap((sheet) => flat(textOf(sheet)))
    .flatMap(([selector, declarations]) => {
      const kept = declarations
        .split(';')
        .map((one) => one.trim())
        .filter((one) => one !== '' && !ofPages.test(one));
      return kept.length === 0 ? [] : [`${selector} { ${value(kept.join('; '))} }`];
    });
  const own = [
    `text { font-family: ${sans}; font-size: ${sizes.pictureText}px; fill: ${values.get('--ink')} }`,
    `.ground { fill: ${values.get('--paper')} }`,
    `.edge { fill: ${values.get('--acc')} }`,
    '.head { font-size: 19px; font-weight: bold }',
    '.part-head { font-weight: bold }',
    `.aside { fill: ${values.get('--mute')} }`,
  ];
  return [...own, ...rules].join('\n');
}

export const drawnStyle = styled();
