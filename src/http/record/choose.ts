import { capitalised } from '../../wording/values.ts';
import type { AnnouncementType } from '../../../domain/announcement.ts';
import { type Commitment } from '../../../domain/commitment.ts';
import { statusOn } from '../../../domain/advance.ts';
import { typeSheet, type Stage } from '../../../domain/types.ts';
import { dayInWords } from '../../../domain/dates.ts';
import { directionInWords, speakersInWords } from '../../wording/called.ts';
import { type Html, html } from '../page/html.ts';
import { isolated, named, stageWithMark } from '../page/parts.ts';
import { correctionMark, typeMark } from '../page/pictures/marks.ts';
import type { Framed } from '../page/frame.ts';
import { page, recordedNow } from '../page/shell.ts';
import type { Known } from './known.ts';
import { announcementTypes } from './subject.ts';

/** The first page of recording: which commitment, and what type of announcement. */
export function choosePage(frame: Framed['frame'], known: Known, commitment: Commitment | undefined): Html {
  const titles = known.get('commitments') ?? [];
  const stage = commitment ? statusOn(commitment).stage : 'none';
  const lede =
    commitment === undefined
      ? html`One announcement, one event, never edited afterwards. If our own record turns out wrong, a correction is recorded beside it. Many commitments of one document, such as a joint statement, are <a href="/record/document">recorded together</a>; what a statement or an article announces is <a href="/record/text">found in its text</a>.`
      : html`On <a href="/commitments/${commitment.id}">${named(commitment.opened.data.title)}</a>, ${isolated(
          directionInWords(commitment.opened.data.from, commitment.opened.data.to, commitment.opened.data.names),
        )}, now ${stageWithMark(statusOn(commitment).stage)}.`;
  const body = html`<form method="get" action="/record" class="choose">${
    commitment === undefined
      ? html`<section><h2>On which commitment?</h2><div class="fld"><label for="commitment">Commitment</label><select id="commitment" name="commitment" aria-describedby="commitment-h"><option value="">A new one</option>${titles.map(
          ([id, title]) => html`<option value="${id}">${title}</option>`,
        )}</select><span class="hint" id="commitment-h">Recently used. <a href="/commitments">Any other</a> has its own link to this form.</span></div></section>`
      : html`<input type="hidden" name="commitment" value="${commitment.id}">`
  }<section><h2>What is announced?</h2><fieldset class="types"><legend class="vh">Type of announcement</legend>${announcementTypes.map(
    (type, index) =>
      html`<label class="ty"><input type="radio" name="type" value="${type}"${index === 0 ? html` checked` : ''}><span>${typeMark(typeSheet[type].mark)} <b>${type}</b><small>${typeSheet[type].meaning}${refusedNow(type, stage)}</small></span></label>`,
  )}</fieldset><p><button>Go on</button></p></section></form>${commitment === undefined ? correctionHint() : corrections(commitment)}`;
  return page({
    title: 'Record an announcement',
    lede,
    path: '/record',
    frame: { ...frame, cut: undefined },
    form: recordedNow(frame),
    body,
    alternates: [],
  });
}

/** A note that the rules refuse a type at the present stage; what happened earlier is judged where it happened. */
function refusedNow(type: AnnouncementType, stage: Stage): Html | string {
  if (stage === 'none' || typeSheet[type].allowed.includes(stage)) return '';
  return html`. <b>Refused</b> now that the stage is ${stage}, unless it happened before`;
}

function correctionHint(): Html {
  return html`<section><h2>${correctionMark()} Or was our own record wrong?</h2><p>A correction begins at what it corrects: open <a href="/commitments">the commitment</a>, and choose to correct one of its announcements.</p></section>`;
}

/** What can be corrected in a commitment: each announcement that stands, and its opening. */
function corrections({ opened, timeline, id }: Commitment): Html {
  const max = 100;
  return html`<section id="correct"><h2>${correctionMark()} Or was our own record wrong?</h2><p>What was recorded stays as it is; a correction stands beside it. Choose what it corrects, or what was never announced and is retracted:</p><ul class="plain" id="retract">${timeline
    .slice(-max)
    .toReversed()
    .map(
      (entry) =>
        html`<li><a href="/record?corrects=${entry.id}">${capitalised(entry.type)}, ${dayInWords(entry.day)}</a> <span class="meta">${isolated(speakersInWords(entry.data.saidBy, opened.data.names))}, event ${String(entry.sequence)}</span> <a href="/record?corrects=${entry.id}&mode=retract">Retract it</a></li>`,
    )}<li><a href="/record?corrects=${opened.id}">How it was opened</a> <span class="meta">title, topic, parties, links; event ${String(opened.sequence)}</span></li></ul>${
    timeline.length > max &&
    html`<p class="meta">The newest ${String(max)}. Older ones from <a href="/commitments/${id}">the history</a>.</p>`
  }</section>`;
}
