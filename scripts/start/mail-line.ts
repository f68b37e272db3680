// A mail that arrived, on one line for people: to whom, its subject, and what came with it.
import type { Arrived } from '../mailbox.ts';
import { plain } from './columns.ts';

const KB = 1024;

/** What is too large to be attached is told by the first link in the text. */
export function mailLine({ to, subject, text, attachments }: Arrived): string {
  const attached = attachments.map(({ name, bytes }) => `${name} (${Math.ceil(bytes / KB)} KB)`);
  const link = attached.length === 0 ? /https?:\/\/\S+/.exec(text)?.[0] : undefined;
  const brings = link === undefined ? attached.join(', ') : `the link ${link}`;
  return plain(`to ${to.join(', ')}: ${subject}${brings === '' ? '' : `, with ${brings}`}`);
}
