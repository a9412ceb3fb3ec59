import { createInterface } from 'node:readline/promises';
import { visible } from '../text/visible.ts';

/** Questions and answers, a line each. */
export type Dialogue = {
  /** The answer to a line of text, without the space around it. Throws where the input has ended: nobody is there to answer. */
  question(text: string): Promise<string>;
  say(text: string): void;
  close(): void;
};

export type Terminal = { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };

/** The terminal of this process; undefined where either end is none, so that no script is ever asked. */
export function ownTerminal(): Terminal | undefined {
  return process.stdin.isTTY && process.stdout.isTTY ? { input: process.stdin, output: process.stdout } : undefined;
}

/** A dialogue on a terminal, or on streams that stand in for one. Lines that come before they are asked for wait. */
export function dialogueOn({ input, output }: Terminal): Dialogue {
  const lines = createInterface({ input, output });
  const answers = lines[Symbol.asyncIterator]();
  let isOpen = true;
  lines.once('close', () => (isOpen = false));
  return {
    async question(text) {
      output.write(`${visible(text)}\n`);
      // What has ended may have brought answers that are still to be read.
      if (isOpen) lines.prompt();
      const answer = await answers.next();
      if (answer.done) throw new Error('expected an answer, found the end of the input; nothing is recorded');
      return answer.value.trim();
    },
    say(text) {
      output.write(`${visible(text)}\n`);
    },
    close() {
      lines.close();
    },
  };
}

/** One of several, by its number; asked again until it is one. */
export async function chosen<T>(dialogue: Dialogue, title: string, choices: readonly (readonly [T, string])[]): Promise<T> {
  dialogue.say(title);
  for (const [index, [, words]] of choices.entries()) dialogue.say(`  ${index + 1}  ${words}`);
  for (;;) {
    const answer = await dialogue.question(`Which? 1 to ${choices.length}`);
    const one = choices[Number(answer) - 1] ?? choices.find(([value]) => value === answer);
    if (one && answer !== '') return one[0];
  }
}

/** Whether a question is answered with yes; anything else is a no. */
export async function confirmed(dialogue: Dialogue, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await dialogue.question(`${question} [y/N]`));
}
