// How well the rules read what people wrote, against labels: what one line says of an intent, and the table of what was found in what.
import pc from 'picocolors';
import { INTENTS, type Intent } from '../src/domain/accounts/understanding-settings.ts';

export type Quality = {
  readonly name: string;
  /** Of the texts that say it, the share in which it was found; null where no text says it. */
  readonly recall: number | null;
  /** Of the texts in which it was found, the share that says it; null where no text says it. */
  readonly precision: number | null;
  /** Texts in which it was found, though they do not say it. */
  readonly falseAlarms: number;
  readonly n: number;
  readonly target: QualityTarget | null;
};

export type QualityTarget = {
  readonly recall?: number;
  readonly precision?: number;
  readonly falseAlarmShare?: number;
};

/** What was found in a text that bears a label. */
export type ReadText = { readonly label: string; readonly found: ReadonlySet<Intent> };

/** @param isMeant whether a text of this label says the intent; null: it is left out of the count. */
export function qualityOf(
  name: string,
  intent: Intent,
  texts: readonly ReadText[],
  isMeant: (label: string) => boolean | null,
  target: QualityTarget | null,
): Quality {
  const counted = texts.filter(({ label }) => isMeant(label) !== null);
  const meant = counted.filter(({ label }) => isMeant(label) === true);
  const hits = meant.filter(({ found }) => found.has(intent)).length;
  const falseAlarms = counted.filter(({ label, found }) => isMeant(label) === false && found.has(intent)).length;
  const share = (whole: number) => (meant.length === 0 || whole === 0 ? null : hits / whole);
  const [recall, precision] = [share(meant.length), share(hits + falseAlarms)];
  return { name, recall, precision, falseAlarms, n: counted.length, target };
}

export function printQualityJson({ name, recall, precision, falseAlarms, n }: Quality): void {
  console.log(JSON.stringify({ name, recall: rounded(recall), precision: rounded(precision), falseAlarms, n }));
}

function rounded(share: number | null): number | null {
  return share === null ? null : Number(share.toFixed(4));
}

const WIDTHS = [40, 9, 11, 13, 8, 0];

export function printQualityHead(): void {
  console.log(pc.dim(row(['', 'recall', 'precision', 'falseAlarms', 'n', 'target'])));
}

export function printQuality(quality: Quality): void {
  const { name, recall, precision, falseAlarms, n, target } = quality;
  const verdict = target === null ? '' : isReached(quality) ? pc.green('reached') : pc.red('missed');
  const cells = [name, shown(recall), shown(precision), String(falseAlarms), String(n), inWords(target)];
  console.log(`${row(cells)} ${verdict}`);
}

function isReached({ recall, precision, falseAlarms, n, target }: Quality): boolean {
  const isRecalled = (recall ?? 1) >= (target?.recall ?? 0);
  const isPrecise = (precision ?? 1) >= (target?.precision ?? 0);
  return isRecalled && isPrecise && falseAlarms / n <= (target?.falseAlarmShare ?? 1);
}

function inWords(target: QualityTarget | null): string {
  const { recall, precision, falseAlarmShare } = target ?? {};
  const parts = [
    recall === undefined ? [] : `recall at least ${recall}`,
    precision === undefined ? [] : `precision at least ${precision}`,
    falseAlarmShare === undefined ? [] : `false alarms at most ${falseAlarmShare * 100} %`,
  ];
  return parts.flat().join(', ');
}

function shown(share: number | null): string {
  return share === null ? '-' : share.toFixed(4);
}

/** For each label, in how many of its texts each intent was found; a text may show several. */
export function printConfusion(set: string, texts: readonly ReadText[]): void {
  const labels = [...new Set(texts.map(({ label }) => label))].sort();
  console.log(`\n${set}: texts in which each intent was found, by what they were labelled\n`);
  console.log(pc.dim(cells('', [...INTENTS, 'nothing', 'n'])));
  for (const label of labels) {
    const own = texts.filter((text) => text.label === label);
    const counts = INTENTS.map((intent) => own.filter(({ found }) => found.has(intent)).length);
    const nothing = own.filter(({ found }) => found.size === 0).length;
    console.log(cells(label, [...counts, nothing, own.length].map(String)));
  }
  console.log('');
}

function cells(label: string, values: readonly string[]): string {
  return label.padEnd(26) + values.map((value) => value.padStart(15)).join('');
}

function row(parts: readonly string[]): string {
  return parts.map((part, index) => part.padEnd(WIDTHS[index] ?? 0)).join(' ');
}
