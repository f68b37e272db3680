export const CONTACT_KINDS = ['customer', 'shop', 'employee'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];
