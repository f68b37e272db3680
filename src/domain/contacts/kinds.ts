// What the other party can be: a customer, a shop (when a robot of ours bargains) or an employee.
export const CONTACT_KINDS = ['customer', 'shop', 'employee'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];
