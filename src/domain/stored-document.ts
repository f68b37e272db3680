// A document as it was written down, perhaps by another release: what this one has no name for is left out, so that no act of an account
// fails by a setting that was renamed. Whoever writes one is held to every name.
import type { z } from 'zod';

/** @throws ZodError where something that has a name has a value that it can not have. */
export function readStored<S extends z.ZodType>(schema: S, document: unknown): z.output<S> {
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  const known = structuredClone(document);
  for (const path of read.error.issues.flatMap(unknownIn)) leaveOut(known, path);
  return schema.parse(known);
}

type Path = readonly PropertyKey[];

/** Where names stand that are not known: of an object, or of a record whose keys are listed. */
function unknownIn(issue: z.core.$ZodIssue): Path[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  return issue.code === 'invalid_key' ? [issue.path] : [];
}

function leaveOut(document: unknown, [name, ...rest]: Path): void {
  if (typeof document !== 'object' || document === null || name === undefined) return;
  if (rest.length > 0) leaveOut(Reflect.get(document, name), rest);
  else Reflect.deleteProperty(document, name);
}
