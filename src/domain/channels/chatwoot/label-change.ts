// Which labels a webhook of Chatwoot says were set and taken away: by what it names as before and after, not by what we think was there.
import { z } from 'zod';

export type LabelChange = { readonly added: readonly string[]; readonly removed: readonly string[] };

const Titles = z.array(z.string()).nullish().catch(null);
const Change = z.object({ previous_value: Titles, current_value: Titles });
const Changes = z.object({
  changed_attributes: z.union([
    z.array(z.object({ label_list: Change.optional().catch(undefined) })),
    z.object({ label_list: Change.optional().catch(undefined) }).transform((one) => [one]),
  ]),
});

export function labelChangeIn(hook: unknown): LabelChange {
  const changes = Changes.safeParse(hook).data?.changed_attributes ?? [];
  const change = changes.find(({ label_list }) => label_list !== undefined)?.label_list;
  const [before, after] = [change?.previous_value ?? [], change?.current_value ?? []];
  return {
    added: after.filter((label) => !before.includes(label)),
    removed: before.filter((label) => !after.includes(label)),
  };
}
