// Words that reach their readers as they were written. Chatwoot reads what is sent as a template (Liquid), private notes too, and
// what stands in a note as Markdown with mentions: both could be made use of by whoever is quoted.

/** An invisible sign that parts two characters without a break. */
const PARTED = '\u2060';

/** `{{` and `{%` begin a template: parted, they are just characters. */
export function literally(text: string): string {
  return text.replaceAll(/\{(?=[{%])/g, `{${PARTED}`);
}

/** Somebody else's words in a note of ours, on one line: no picture is loaded by them, and nobody is called. */
export function quoted(text: string): string {
  return literally(
    text
      .replaceAll(/\s+/g, ' ')
      .trim()
      .replaceAll(/[\\`*_[\]<>#|~]/g, '\\$&')
      .replaceAll(/mention:(?=\/\/)/gi, `$&${PARTED}`),
  );
}
