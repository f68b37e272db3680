// The answer in what a language model said: all of it, or the first JSON object in it that is one, between whatever words, fences
// and thoughts stand round it.

const MOST_OBJECTS = 20;

/** @param read null: this object is no answer. */
export function firstAnswer<T>(said: string, read: (answer: unknown) => T | null): T | null {
  const whole = parsed(said);
  const meant = whole === undefined ? null : read(whole);
  if (meant !== null) return meant;
  const words = withoutThoughts(said);
  let from = words.indexOf('{');
  for (let tried = 0; from >= 0 && tried < MOST_OBJECTS; tried += 1) {
    const object = parsed(words.slice(from, endOfObject(words, from)));
    const answer = object === undefined ? null : read(object);
    if (answer !== null) return answer;
    from = words.indexOf('{', from + 1);
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Models that think aloud put drafts of the answer in there. */
function withoutThoughts(said: string): string {
  const end = said.lastIndexOf('</think>');
  return end < 0 ? said : said.slice(end);
}

/** Behind the brace that closes the one at `from`; the end of the text where none does. */
function endOfObject(text: string, from: number): number {
  let depth = 0;
  // A string as a whole, even one without end (so that each sign is looked at once), or a brace outside of strings.
  for (const { 0: part, index } of text.slice(from).matchAll(/"(?:[^"\\]|\\.)*"?|[{}]/gs)) {
    if (part === '{') depth += 1;
    if (part === '}') depth -= 1;
    if (depth === 0) return from + index + 1;
  }
  return text.length;
}
