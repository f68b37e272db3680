// How long a text WeCom takes, in bytes of UTF-8, and how a longer one is cut without tearing a character. What is too long WeCom
// cuts off by itself and tells nobody, so nothing too long ever leaves.

/** `text.content` of a message to members and of one to a customer (developer.work.weixin.qq.com/document/path/90236). */
export const TEXT_BYTES = 2048;

/**
 * @returns the parts in order, each of at most `most` bytes: cut at the end of a line, else of a sentence, of a word, of a character.
 * Parts of spaces alone are left out, since WeCom refuses them.
 */
export function splitText(content: string, most: number = TEXT_BYTES): string[] {
  const parts: string[] = [];
  let rest = content.toWellFormed();
  while (bytesOf(rest) > most) {
    const room = prefixOf(rest, most);
    const end = seamOf(rest, room.length);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest].filter((part) => part.trim() !== '');
}

/** The beginning that fits, with a mark where something is left out. */
export function cutToBytes(text: string, most: number): string {
  const whole = text.toWellFormed();
  return bytesOf(whole) <= most ? whole : `${prefixOf(whole, most - bytesOf(MARK))}${MARK}`;
}

/** The same, counted in characters as people count them. */
export function cutToCharacters(text: string, most: number): string {
  const whole = text.toWellFormed();
  const characters = [...new Intl.Segmenter().segment(whole.slice(0, most * LONGEST_CHARACTER))];
  const isWhole = characters.length <= most && whole.length <= most * LONGEST_CHARACTER;
  if (isWhole) return whole;
  const kept = characters.slice(0, most - 1).map(({ segment }) => segment);
  return `${kept.join('')}${MARK}`;
}

/** One line, for a title or a preview: no line breaks, and nothing that cannot be seen or that turns the direction of what follows. */
export function onOneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Zl}\p{Zp}\p{Cc}\s]+/gu, ' ')
    .replaceAll(/(?!\u200d)\p{Cf}/gu, '')
    .trim();
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

const MARK = '…';
/** In UTF-16 units; a family of emoji with joiners has some twenty. */
const LONGEST_CHARACTER = 40;
/** A seam earlier than this share of the room would waste more than it helps. */
const EARLIEST_SEAM = 0.5;

/** The longest beginning of at most so many bytes, ending between two characters. A single character that is longer is torn between code points. */
function prefixOf(text: string, most: number): string {
  // No character takes less than a byte for each of its units, so the rest cannot matter.
  const near = text.slice(0, most + LONGEST_CHARACTER);
  const end = endOf(
    [...new Intl.Segmenter().segment(near)].map(({ segment }) => segment),
    most,
  );
  return near.slice(0, end > 0 ? end : endOf([...near], most));
}

function endOf(pieces: readonly string[], most: number): number {
  let bytes = 0;
  let end = 0;
  for (const piece of pieces) {
    bytes += bytesOf(piece);
    if (bytes > most) break;
    end += piece.length;
  }
  return end;
}

const SEAMS = ['\n', '。！？；!?;', ' \t\u3000'];

/** Where to cut: behind the last line break, else sentence, else space, where that is in the later half of what fits. */
function seamOf(text: string, room: number): number {
  for (const seam of SEAMS) {
    for (let at = room; at > room * EARLIEST_SEAM; at -= 1) {
      if (seam.includes(text[at - 1] ?? '-')) return at;
    }
  }
  return room;
}
