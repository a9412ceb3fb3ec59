/** The small language of the cases: a path into an answer, and what must be found there. */

/** What a path leads to: `terms[key=t].owedBy`, `warnings[*].warning`, `bound.length`; null for what is not there. */
export function at(value: unknown, path: string): unknown {
  let [found, isList] = [[value], false];
  for (const step of path.match(/[^.[\]]+(?=\[|\.|$)|\[[^[\]]*(?:\[[^\]]*\])?[^[\]]*\]|\[\*\]/g) ?? []) {
    if (step === '[*]') {
      isList = true;
      found = found.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
    } else if (step.startsWith('[')) {
      const inside = step.slice(1, -1);
      if (/^\d+$/.test(inside)) found = found.map((one) => (one as unknown[] | undefined)?.[Number(inside)]);
      else {
        const all = found.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : []));
        const matching = all.filter((one) => matches(one, inside));
        if (!inside.includes('=')) isList = true;
        found = isList && !inside.includes('=') ? matching : matching.slice(0, 1);
      }
    } else if (step === 'length') found = found.map((one) => (one as unknown[] | undefined)?.length);
    else found = found.map((one) => (one as Record<string, unknown> | null | undefined)?.[step]);
  }
  return isList ? found : (found[0] ?? null);
}

function matches(one: unknown, conditions: string): boolean {
  return conditions.split(/,(?![^[]*\])/).every((condition) => {
    const [field = '', wanted] = condition.split('=');
    const value = (one as Record<string, unknown>)[field];
    if (wanted === undefined) return value !== undefined && value !== null;
    if (wanted === 'null') return value === undefined || value === null;
    return wanted.startsWith('[') ? JSON.stringify(value) === wanted : String(value) === wanted;
  });
}

/** Whether what was found is what must be: a value, or one of `set`, `contains`, `not`, `has`, `in`. */
export function fits(found: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return Array.isArray(found) && found.length === expected.length && expected.every((one, index) => fits(found[index], one));
  }
  if (typeof expected !== 'object' || expected === null) return (found ?? null) === expected;
  const rule = expected as Record<string, unknown>;
  const list = Array.isArray(found) ? (found as unknown[]) : [];
  if ('set' in rule) {
    const wanted = rule['set'] as unknown[];
    return list.length === wanted.length && wanted.every((one) => list.includes(one));
  }
  if ('contains' in rule) return list.includes(rule['contains']);
  if ('not' in rule) return !fits(found, rule['not']);
  if ('in' in rule) return (rule['in'] as unknown[]).some((one) => fits(found, one));
  const fields = (rule['has'] ?? rule) as Record<string, unknown>;
  return Object.entries(fields).every(([field, value]) => fits((found as Record<string, unknown> | null)?.[field], value));
}
