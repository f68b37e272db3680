// The demo on the terminal: chapters, and under each what is pushed, as it comes. Colours and clipping where a terminal reads it;
// plain whole lines where a file or another program does.
import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { clip, pad, plain, widthOf } from '../start/columns.ts';
import { explanationOf, sentenceOf, toldIn } from './words.ts';

/** Through whose eyes it is seen. */
export type Sight = 'agent' | 'colleague' | 'contact';

type Colors = ReturnType<typeof pc.createColors>;

/** More of the same in one chapter is counted, not shown. */
const SHOWN_OF_A_KIND = 5;
const NAME_WIDTH = 12;
const LONGEST_LINE = 220;

export class View {
  readonly colors: Colors;
  readonly #stream: WriteStream;
  readonly #names = new Map<string, string>();
  readonly #agents = new Map<string, string>();
  readonly #seen = new Set<string>();
  readonly #shown = new Map<string, number>();

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.colors = pc.createColors(stream.isTTY === true && !process.env.NO_COLOR);
  }

  line(text = ''): void {
    this.#stream.write(`${text}\n`);
  }

  /** Something begins: what was left out before is summed up. */
  chapter(text: string): void {
    this.#tellLeftOut();
    this.line();
    this.line(this.colors.bold(`▸ ${text}`));
  }

  note(text: string): void {
    this.line(this.colors.dim(`  ${plain(text)}`));
  }

  warn(text: string): void {
    this.line(this.colors.yellow(`  ${plain(text)}`));
  }

  /** The sentence that explains a decision, whole. */
  why(text: string): void {
    this.line(this.colors.dim(`            ${pad('why:', 8)} ${plain(text)}`));
  }

  fact(name: string, text: string): void {
    this.line(`            ${pad(`${name}:`, 8)} ${plain(text)}`);
  }

  /** Who holds it now. */
  baton(text: string): void {
    this.line(this.colors.magenta(`  the baton is with ${plain(text)}`));
  }

  /** An event, as it was pushed to that watcher. One that comes in several streams is shown where it came first. */
  tell(watcher: Sight, event: Frame): void {
    const { conversationId = '', contactName, agentId, agentName, name } = toldIn(event);
    if (contactName) this.#names.set(conversationId, contactName);
    if (agentId && (agentName ?? name)) this.#agents.set(agentId, agentName ?? name ?? '');
    const sight = `${watcher} ${event.id}`;
    if (this.#seen.has(sight)) return;
    this.#seen.add(sight);
    const kind = `${watcher}'s ${streamKindOf(event)} ${event.type}`;
    const shown = this.#shown.get(kind) ?? 0;
    this.#shown.set(kind, shown + 1);
    if (shown < SHOWN_OF_A_KIND) this.#show(watcher, event, this.#names.get(conversationId) ?? '');
  }

  end(): void {
    this.#tellLeftOut();
  }

  #show(watcher: Sight, event: Frame, name: string): void {
    const { dim, cyan, green } = this.colors;
    const time = new Date().toTimeString().slice(0, 8);
    const place = pad(`${watcher} ← ${streamKindOf(event)}`, 24);
    const begin = `  ${time}  ${place}  ${pad(plain(name), NAME_WIDTH)}  `;
    const room = (this.#stream.columns ?? LONGEST_LINE) - widthOf(begin) - 1;
    const sentence = clip(plain(sentenceOf(event, this.#agents.get(toldIn(event).agentId ?? ''))), Math.max(20, room));
    const paint = watcher === 'contact' ? green : cyan;
    this.line(`  ${dim(time)}  ${paint(place)}  ${pad(plain(name), NAME_WIDTH)}  ${sentence}`);
    const explanation = explanationOf(event);
    if (explanation) this.why(explanation);
  }

  #tellLeftOut(): void {
    const left = [...this.#shown].filter(([, count]) => count > SHOWN_OF_A_KIND);
    for (const [kind, count] of left) this.note(`… and ${count - SHOWN_OF_A_KIND} more in the ${kind}`);
    this.#shown.clear();
  }
}

function streamKindOf({ stream }: Frame): string {
  return stream.split(':', 1)[0] ?? stream;
}
