import type { Command } from 'commander';
import { draftList, judgedDraft, type JudgedDraft, settledDraft } from '../../http/drafts/draftShapes.ts';
import { answerOf, send } from '../answers.ts';
import type { Ask } from '../ask.ts';
import { jsonOption } from '../flags.ts';
import { print, printJson, toJson } from '../text/terminal.ts';
import { oneLine } from '../text/visible.ts';
import { serverAsked } from './asking.ts';
import { example, keyOption, serverOption } from './options.ts';

/** Adds `ledger drafts`: what waits at a service with --review, and what a reviewer does with it. */
export function addDrafts(ledger: Command): void {
  const drafts = ledger
    .command('drafts')
    .description('what waits at a service with --review until a second person records it: list, show, record, withdraw')
    .addHelpText('after', example('ledger drafts list --server https://ledger.example --key-file lee.key'));
  const asking = (command: Command): Command =>
    command.addOption(serverOption()).addOption(keyOption()).addOption(jsonOption());
  asking(drafts.command('list'))
    .description('what waits, the oldest first, and what the rules say of it now')
    .addHelpText('after', example('ledger drafts list --server https://ledger.example --key-file lee.key'))
    .action(async (_, command: Command) => {
      const answer = await answerOf(serviceOf(command), draftList, '/drafts');
      await shown(command, answer, answer.drafts.map(draftInWords).join('') || 'Nothing waits.\n');
    });
  asking(drafts.command('show').argument('<draft>', 'its id'))
    .description('one draft: what it would record, or what became of it')
    .addHelpText('after', example('ledger drafts show 01K38TCSG0E13T5MGP7VBN82TM --server https://ledger.example'))
    .action(async (id: string, _, command: Command) => {
      const answer = await answerOf(serviceOf(command), judgedDraft, `/drafts/${encodeURIComponent(id)}`);
      const events = answer.events.map(({ type, data }) => `${type} ${toJson(data)}`).join('');
      await shown(command, answer, draftInWords(answer) + events);
    });
  for (const [action, description] of [
    ['record', 'record a draft of someone else, under your name'],
    ['withdraw', 'withdraw a draft of yours, or as a reviewer any'],
  ] as const) {
    asking(drafts.command(action).argument('<draft>', 'its id'))
      .description(description)
      .addHelpText('after', example(`ledger drafts ${action} 01K38TCSG0E13T5MGP7VBN82TM --server https://ledger.example`))
      .action(async (id: string, _, command: Command) => {
        const answer = await send(serviceOf(command), settledDraft, `/drafts/${encodeURIComponent(id)}/${action}`, {});
        await shown(command, answer, draftInWords(answer));
      });
  }
}

function serviceOf(command: Command): Ask {
  const ask = serverAsked(command);
  if (!ask) throw new Error('expected --server with the address of a service that reviews, found none');
  return ask;
}

async function shown(command: Command, answer: unknown, text: string): Promise<void> {
  const { json }: { json?: boolean } = command.opts();
  await (json ? printJson(toJson(answer)) : print(text));
}

function draftInWords({ id, by, sent, state, settled, events, refused }: JudgedDraft): string {
  const became = settled ? `${state} by ${settled.by} on ${settled.at.slice(0, 10)}` : 'waits';
  const why = refused ? `  cannot be recorded: ${refused.problems.map(({ detail }) => detail).join('; ')}\n` : '';
  const types = events.map(({ type }) => type).join(', ');
  return `${oneLine(`${id}  ${types}, sent by ${by} on ${sent.slice(0, 10)}: ${became}`)}\n${why && `${oneLine(why.trimEnd())}\n`}`;
}
