import { type Command, Option } from 'commander';

/** Options that are on or off. The library takes any text of their variables for on: here the word in it is read. */

const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0', ''].map((word) => [word, false] as const),
]);

/** Whether a word is a yes; undefined for a word that is neither a yes nor a no. Nothing is a no. */
export function yesOrNo(word: string): boolean | undefined {
  return words.get(word.trim().toLowerCase());
}

/** Adds the reading of the variables of all on-or-off options to a program. A word that is neither ends it with an error. */
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
