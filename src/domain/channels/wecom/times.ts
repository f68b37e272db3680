// WeCom tells times by the whole second. What was said is dated at the end of its second, or now where that is sooner: so it never comes
// before what it followed; and what one person said in one second stays in its order.

const SECOND_MS = 1000;

/**
 * @param at cut to whole seconds. @param before what the same person said before it.
 * @param behind how much more they said in the same second, as far as it is known: it has room there.
 */
export function timeOf(at: Date, now: Date, before: Date | null = null, behind = 0): Date {
  const end = Math.min(at.getTime() + SECOND_MS - 1, now.getTime()) - Math.min(behind, SECOND_MS - 1);
  const isAfter = before === null || before.getTime() < at.getTime();
  return new Date(isAfter ? end : Math.max(end, before.getTime() + 1));
}

/** @returns true where that was surely later, as far as whole seconds tell. */
export function isLater(heardAt: Date | null, at: Date): boolean {
  return heardAt !== null && heardAt.getTime() >= at.getTime() + SECOND_MS;
}
