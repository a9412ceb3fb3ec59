/**
 * The readings of plain words. A single reading is what was understood; several are offered; none is a refusal that says what
 * to type instead. A reading is never recorded before a person has seen its words.
 */
export type Understood<Value> = {
  readonly readings: readonly Reading<Value>[];
  /** What to do, where there is not exactly one reading. */
  readonly detail?: string;
  /** Texts that would be understood. */
  readonly examples?: readonly string[];
};

export type Reading<Value> = {
  /** The value in its recorded form. */
  readonly value: Value;
  /** The words in which it will be shown once recorded. */
  readonly words: string;
  /** What was assumed, or is still missing. */
  readonly note?: string;
};

export function refused<Value>(detail: string, ...examples: readonly string[]): Understood<Value> {
  return { readings: [], detail, examples };
}

/** The readings without repetitions; `detail` applies where there are several. */
export function readingsOf<Value>(readings: readonly Reading<Value>[], detail: string): Understood<Value> {
  const different = [...new Map(readings.map((one) => [JSON.stringify(one.value), one])).values()];
  return different.length === 1 ? { readings: different } : { readings: different, detail };
}

/**
 * The text, of the same length, with full-width signs (from Korean and Japanese keyboards), spaces and dashes in their plain
 * form.
 */
export function evened(text: string): string {
  return text
    .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll(/[\s\u3000]/g, ' ')
    .replaceAll(/[\u2010-\u2015\u2212\u301C]/g, '-')
    .replaceAll(/[‘’ʼ]/g, "'");
}
