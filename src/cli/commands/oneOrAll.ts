import type { Command } from 'commander';
import { answerOf, type Shape } from '../answers.ts';
import { asking } from './asking.ts';

/** An answer: its shape, and how it is printed. */
type Printed<T> = {
  readonly shape: Shape<T>;
  readonly print: (answer: T, width: number) => string;
};

/** The same, for an answer whose rows `--sort` sorts. */
type Sorted<T> = Printed<T> & { readonly sorted: (answer: T, sort: string | undefined) => T };

/** Makes a command answer with everything that an address lists or, where an argument names one, with that one. */
export function oneOrAll<All, One>(
  command: Command,
  path: string,
  { all, one }: { readonly all: Sorted<All>; readonly one: Printed<One> },
): void {
  command.action(async (name: string | undefined, { sort }: { sort?: string }, self: Command) => {
    if (name === undefined)
      return asking(self, async (ask, cut) => all.sorted(await answerOf(ask, all.shape, path, cut), sort), all.print);
    const address = `${path}/${encodeURIComponent(name)}`;
    await asking(self, async (ask, cut) => answerOf(ask, one.shape, address, cut), one.print);
  });
}
