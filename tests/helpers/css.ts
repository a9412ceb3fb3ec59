/** A rule of a style sheet, its nesting resolved. */
export type Rule = {
  /** The at-rules around it, outermost first: `@layer narrow`, `@media screen and (max-width: 760px)`. */
  readonly around: readonly string[];
  readonly selectors: readonly string[];
  readonly declarations: readonly string[];
};

/** The rules of a style sheet. It is ours and well formed; strings in it hold no braces and no semicolons. */
export function rulesOf(css: string): Rule[] {
  const rules: Rule[] = [];
  const text = css.replaceAll(/\/\*.*?\*\//gs, '');
  let at = 0;
  function block(around: readonly string[], selectors: readonly string[]): void {
    const declarations: string[] = [];
    if (selectors.length > 0) rules.push({ around, selectors, declarations });
    for (;;) {
      const end = text.slice(at).search(/[{};]/);
      const [head, sign] = end === -1 ? [text.slice(at), '}'] : [text.slice(at, at + end), text[at + end]];
      at = end === -1 ? text.length : at + end + 1;
      const plain = head.replaceAll(/\s+/g, ' ').trim();
      if (sign === '{') {
        const isNested = plain.startsWith('@') && !plain.startsWith('@page');
        if (isNested) block([...around, plain], selectors);
        else block(around, nested(selectors, plain));
        continue;
      }
      if (plain !== '' && !(plain.startsWith('@') && sign === ';')) declarations.push(plain);
      if (sign === '}') return;
    }
  }
  block([], []);
  return rules;
}

function nested(outer: readonly string[], prelude: string): string[] {
  const inner = parts(prelude);
  if (outer.length === 0) return inner;
  return outer.flatMap((one) => inner.map((each) => (each.includes('&') ? each.replaceAll('&', one) : `${one} ${each}`)));
}

/** The selectors of a list; a comma inside of brackets is part of its selector. */
function parts(prelude: string): string[] {
  const found = [''];
  let depth = 0;
  for (const sign of prelude) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
    if (sign === ',' && depth === 0) found.push('');
    else found[found.length - 1] += sign;
  }
  return found.map((one) => one.trim());
}
