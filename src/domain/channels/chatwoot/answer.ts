// What a contact chose or filled in, out of a message that Chatwoot updated with it: as values, and as a text that people can read.
import { z } from 'zod';
import type { Attributes } from './payload.ts';

export type Value = { readonly name: string | null; readonly title: string | null; readonly value: string };
export type Answer = { readonly text: string; readonly values: readonly Value[] };

const Shown = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Label = Shown.nullish()
  .catch(null)
  .transform((text) => text ?? null);
const Submitted = z.array(z.object({ name: Label, title: Label, value: Shown.nullish().catch(null) })).min(1);
const Items = z.array(
  z.object({
    name: Label,
    label: Label,
    options: z.array(z.object({ label: Label, value: Label })).catch([]),
  }),
);

/** null: nothing was answered. The answer stays with the message: each later change of it brings the same answer again. */
export function answerIn(attributes: Attributes): Answer | null {
  const email = z.string().min(1).safeParse(attributes.submitted_email).data;
  if (email !== undefined) return { text: email, values: [{ name: 'email', title: null, value: email }] };
  const submitted = Submitted.safeParse(attributes.submitted_values).data;
  if (!submitted) return null;
  const values = submitted.map(({ name, title, value }): Value => ({ name, title, value: value ?? title ?? '' }));
  const items = Items.safeParse(attributes.items).data ?? [];
  return { text: values.map((value) => lineOf(value, items)).join('\n'), values };
}

/** By the words that the contact saw: an option by its title, a field by its label. */
function lineOf({ name, title, value }: Value, items: z.output<typeof Items>): string {
  if (title !== null) return title;
  const field = items.find((item) => item.name !== null && item.name === name);
  const chosen = field?.options.find((option) => option.value === value)?.label ?? value;
  const label = field?.label ?? name;
  return label === null ? chosen : `${label}: ${chosen}`;
}
