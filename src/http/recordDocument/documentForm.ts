import type { AnnouncementType } from '../../../domain/announcement.ts';
import { instrument, sourceFields, speakerFields, termFields } from '../record/announcedFields.ts';
import { date, type Field, type Section } from '../record/fields.ts';
import { ownSections } from '../record/ownSections.ts';
import { openingSection } from '../record/sections.ts';
import { isAnnouncementType } from '../record/subject.ts';
import type { DocumentItem } from '../../understanding/documentOfText.ts';
import { type Body, bodyOf, type Form, formOf, rowsOf } from '../record/values.ts';

/** One document about many commitments as a form: what all items share is asked once, then each item. */

const seldom = <F extends Field>(field: F): F => ({ ...field, seldom: true });

/** Asked once: when, who, in which instrument, from which source. */
export const sharedSection: Section = {
  title: 'What all of it shares',
  fields: [
    { ...instrument, label: 'Document', when: 'as an instrument', hint: 'What is pledged or formalised by it is found by it' },
    date('happened', 'Happened', { hint: '2025-09-04; of a document the day on which it is dated' }),
    { name: 'saidBy', label: 'Speaker', rows: speakerFields },
    { name: 'sources', label: 'Source', rows: sourceFields },
    date('effective', 'Effective from', { seldom: true, hint: '2026-01-01' }),
    { name: 'note', label: 'Recorder’s note', as: 'prose', width: 'wide', seldom: true },
  ],
};

/** An item: its commitment, and its own fields besides the shared ones. */
export function itemFields(type: AnnouncementType): readonly Field[] {
  return [
    ...(ownSections[type]?.fields ?? []).map((field) => (field.name === 'reported' ? seldom(field) : field)),
    { name: 'terms', label: 'Term', rows: termFields },
    { name: 'summary', label: 'In a sentence', as: 'prose', width: 'wide', seldom: true },
    date('happened', 'Happened', { seldom: true, when: 'if on another day' }),
    { name: 'saidBy', label: 'Speaker', when: 'if another', rows: speakerFields, seldom: true },
    { name: 'sources', label: 'Source', when: 'if its own', rows: sourceFields, seldom: true },
  ];
}

/** Asked of a new commitment. */
export const openingFields: readonly Field[] = openingSection.fields;

/** The type of an item: its own, else the shared one. */
export function typeOf(form: Form, row: number): AnnouncementType {
  const [own, shared] = [form.get(`items.${row}.type`), form.get('type')];
  if (isAnnouncementType(own)) return own;
  return isAnnouncementType(shared) ? shared : 'formalised';
}

/** The rows in which something was typed; the ids that a row is given do not count. */
export function itemRows(form: Form): readonly number[] {
  const typed = new Map([...form].filter(([name]) => !/^items\.\d+\.(id|opens|type)$/.test(name)));
  return rowsOf(typed, 'items');
}

/** The body of `POST /documents` that a form gives; the items are its rows, in order. */
export function documentBody(form: Form): Body {
  return { shared: bodyOf(sharedSection.fields, form, 'shared.'), items: itemRows(form).map((row) => itemBody(form, row)) };
}

function itemBody(form: Form, row: number): Body {
  const at = `items.${row}.`;
  const type = typeOf(form, row);
  const known = form.get(`${at}commitment`)?.trim() ?? '';
  const opens = form.get(`${at}opens`);
  const opening = { ...(opens && { id: opens }), to: [], ...bodyOf(openingFields, form, `${at}opening.`) };
  const announcement = bodyOf(itemFields(type), form, `${at}announcement.`);
  return { commitment: known === '' ? opening : known, announcement: { type, id: form.get(`${at}id`), ...announcement } };
}

/** The pointer on the form for a pointer into that body. Fields that an item takes from the shared ones are found there. */
export function placeOnForm(form: Form, pointer: string): string {
  const [, index, part, field = '', rest = ''] =
    /^\/items\/(\d+)\/(commitment|announcement)(?:\/([^/]*))?(.*)$/.exec(pointer) ?? [];
  const row = itemRows(form)[Number(index)];
  if (row === undefined || part === undefined) return pointer;
  if (part === 'commitment') return `/items/${row}/opening/${field}${rest}`;
  const isShared = sharedSection.fields.some(({ name }) => name === field);
  const isOwn = [...form.keys()].some((name) => name.startsWith(`items.${row}.announcement.${field}`) && form.get(name) !== '');
  return isShared && !isOwn ? `/shared/${field}${rest}` : `/items/${row}/announcement/${field}${rest}`;
}

/** The form of drafted items, each with its own type, speakers and sources. */
export function formOfItems(items: readonly DocumentItem[]): Form {
  return new Map(
    items.flatMap(({ commitment, announcement }, row): [string, string][] => [
      [`items.${row}.type`, announcement.type],
      ...formOf(openingFields, { ...commitment }, `items.${row}.opening.`),
      ...formOf(itemFields(announcement.type as AnnouncementType), announcement, `items.${row}.announcement.`),
    ]),
  );
}

/** The form with more items like one of its rows: of the same kind between the same parties, without words and figures. */
export function withMoreLike(form: Form, row: number, count: number): Form {
  const at = `items.${row}.`;
  const copied = [...form].filter(([name]) => name.startsWith(at) && !isOwn(name.slice(at.length)));
  const next = Math.max(-1, ...itemRows(form)) + 1;
  const more = Array.from({ length: count }, (_, index) =>
    copied.map(([name, text]): [string, string] => [`items.${next + index}.${name.slice(at.length)}`, text]),
  );
  return new Map([...form, ...more.flat()]);
}

/** Whether a field is each item's own. */
function isOwn(name: string): boolean {
  return (
    /^(id|opens|commitment|opening\.title|announcement\.summary)$/.test(name) ||
    /^announcement\.terms\.\d+\.(text|translation|min|max|to|from)$/.test(name)
  );
}
