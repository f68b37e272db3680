// A line of a process's log for people at a terminal: time, process, message, and what belongs to it. Anything that is no log
// line is shown as it is.
import pc from 'picocolors';
import { clip, plain } from './columns.ts';

const LONGEST = 200;
const LEVELS: readonly [from: number, word: string, paint: (text: string) => string][] = [
  [50, 'error', pc.red],
  [40, 'warn', pc.yellow],
  [30, 'info', pc.green],
  [0, 'debug', pc.dim],
];
/** Said by the line itself already. */
const COMMON = new Set(['level', 'time', 'pid', 'role', 'msg']);

/** @param name of the process that wrote it. */
export function logLine(name: string, line: string): string {
  const entry = entryIn(line);
  if (!entry) return `${pc.dim(clock(new Date()))} ${name.padEnd(6)}       ${clip(plain(line), LONGEST)}`;
  const { level, time, msg } = entry;
  const [, word, paint] = LEVELS.find(([from]) => Number(level) >= from) ?? [0, 'log', pc.dim];
  const rest = Object.entries(entry).filter(([field]) => !COMMON.has(field));
  const facts = rest.map(([field, value]) => `${field}=${factOf(value)}`).join(' ');
  const text = clip(plain(`${String(msg ?? '')}  ${facts}`.trim()), LONGEST);
  return `${pc.dim(clock(new Date(String(time))))} ${name.padEnd(6)} ${paint(word.padEnd(5))} ${text}`;
}

/** Something that a command itself has to tell, among those lines. */
export function toldLine(name: string, text: string): string {
  return `${pc.dim(clock(new Date()))} ${name.padEnd(6)} ${pc.cyan('came '.padEnd(5))} ${clip(plain(text), LONGEST)}`;
}

function entryIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Of an error its message; the places in the code are for log files. */
function factOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return 'message' in value ? String(value.message) : JSON.stringify(value);
}

function clock(time: Date): string {
  return Number.isNaN(time.getTime()) ? '--:--:--' : time.toTimeString().slice(0, 8);
}
