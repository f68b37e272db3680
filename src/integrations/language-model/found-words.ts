// Whether words that somebody names stand in a text. Width, case and spaces do not count, since models change them when they copy.

/** The words as the text has them; empty: they do not stand in it. */
export function findWords(words: string, text: string): string {
  const sought = plainSigns(words)
    .map(({ sign }) => sign)
    .join('');
  if (sought === '') return '';
  const signs = plainSigns(text);
  const plain = signs.map(({ sign }) => sign).join('');
  const at = plain.indexOf(sought);
  if (at < 0) return '';
  const first = signOf(signs, at);
  const last = signOf(signs, at + sought.length - 1);
  return first && last ? text.slice(first.from, last.to) : '';
}

type Sign = { readonly sign: string; readonly from: number; readonly to: number };

function plainSigns(text: string): Sign[] {
  let from = 0;
  return [...text].map((original) => {
    const to = from + original.length;
    const sign = { sign: original.normalize('NFKC').toLowerCase().replaceAll(/\s/g, ''), from, to };
    from = to;
    return sign;
  });
}

/** Which sign stands there when all are written one after the other. */
function signOf(signs: readonly Sign[], at: number): Sign | undefined {
  let before = 0;
  return signs.find(({ sign }) => {
    before += sign.length;
    return before > at;
  });
}
