/**
 * What plain words can mean. One reading is what was understood, several are offered, and none is a refusal that says what to
 * type instead. A reading is never recorded before a person has seen its words.
 */
export type Understood<Value> = {
  readonly readings: readonly Reading<Value>[];
  /** What to do, where there is not exactly one reading. */
  readonly detail?: string;
  /** Texts that would be understood. */
  readonly examples?: readonly string[];
};

export type Reading<Value> = {
  /** In the form in which it is recorded. */
  readonly value: Value;
  /** As it will be drawn once it is recorded. */
  readonly words: string;
  /** What was taken for granted, or is still missing. */
  readonly note?: string;
};

export function refused<Value>(detail: string, ...examples: readonly string[]): Understood<Value> {
  return { readings: [], detail, examples };
}

/** The readings without those that say the same again; `detail` is said where there are several. */
export function readingsOf<Value>(readings: readonly Reading<Value>[], detail: string): Understood<Value> {
  const different = [...new Map(readings.map((one) => [JSON.stringify(one.value), one])).values()];
  return different.length === 1 ? { readings: different } : { readings: different, detail };
}

/**
 * The same text, as long as before, with the signs of full width that Korean and Japanese keyboards give, every kind of space and
 * every kind of dash in their plain form.
 */
export function evened(text: string): string {
  return text
    .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[\s\u3000]/g, ' ')
    .replaceAll(/[\u2010-\u2015\u2212\u301C]/g, '-')
    .replaceAll(/[‘’ʼ]/g, "'");
}
