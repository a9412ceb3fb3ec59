import { createInterface } from 'node:readline/promises';
import { visible } from '../text/visible.ts';

/** Questions and answers, a line each. */
export type Dialogue = {
  /** The answer to a question, trimmed. Throws when the input has ended, since nobody is there to answer. */
  question(text: string): Promise<string>;
  say(text: string): void;
  close(): void;
};

export type Terminal = { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };

/** The terminal of this process; undefined unless both ends are a terminal, so a script is never asked. */
export function ownTerminal(): Terminal | undefined {
  return process.stdin.isTTY && process.stdout.isTTY ? { input: process.stdin, output: process.stdout } : undefined;
}

/** A dialogue on a terminal, or on streams that stand in for one. Lines that arrive early wait for their question. */
export function dialogueOn({ input, output }: Terminal): Dialogue {
  const lines = createInterface({ input, output });
  const answers = lines[Symbol.asyncIterator]();
  let isOpen = true;
  lines.once('close', () => (isOpen = false));
  return {
    async question(text) {
      output.write(`${visible(text)}\n`);
      // Input that has ended may still hold unread answers.
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

/** One of several choices, by number; asked again until the answer is one of them. */
export async function chosen<T>(dialogue: Dialogue, title: string, choices: readonly (readonly [T, string])[]): Promise<T> {
  dialogue.say(title);
  for (const [index, [, words]] of choices.entries()) dialogue.say(`  ${index + 1}  ${words}`);
  for (;;) {
    const answer = await dialogue.question(`Which? 1 to ${choices.length}`);
    const one = choices[Number(answer) - 1] ?? choices.find(([value]) => value === answer);
    if (one && answer !== '') return one[0];
  }
}

/** Whether a question is answered with yes; any other answer is no. */
export async function confirmed(dialogue: Dialogue, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await dialogue.question(`${question} [y/N]`));
}
