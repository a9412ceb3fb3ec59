import { type Command, Option } from 'commander';

/** Options that are on or off. The library takes any text in their variables as on; here the word is parsed. */

const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0', ''].map((word) => [word, false] as const),
]);

/** Whether a word means yes; undefined for a word that means neither yes nor no. An empty word means no. */
export function yesOrNo(word: string): boolean | undefined {
  return words.get(word.trim().toLowerCase());
}

/** Makes a program parse the variables of its on-or-off options. A word that means neither ends it with an error. */
export function readFlags(program: Command, environment: Readonly<Record<string, string | undefined>>): Command {
  return program.hook('preAction', (_, action) => {
    for (let command: Command | null = action; command; command = command.parent) {
      for (const option of command.options.filter((one) => one.isBoolean() && one.envVar !== undefined)) {
        const name = option.attributeName();
        if (command.getOptionValueSource(name) === 'env') command.setOptionValueWithSource(name, valueOf(option), 'env');
      }
    }
  });

  function valueOf({ envVar = '' }: Option): boolean {
    const word = environment[envVar] ?? '';
    const value = yesOrNo(word);
    if (value === undefined)
      throw new Error(`expected ${envVar} to be true or false (or yes, no, on, off, 1, 0), found "${word}"`);
    return value;
  }
}

/** `--json`, for every command that prints what the API answers. */
export function jsonOption(description = 'as the API answers'): Option {
  return new Option('--json', description).env('LEDGER_JSON');
}
