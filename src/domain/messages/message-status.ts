// What becomes of a message once it was said: it arrives, it is read, it is taken back or deleted. The last two are ends.

export const MESSAGE_STATUSES = ['sent', 'delivered', 'read', 'recalled', 'deleted'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
/** What can be said of a message that was sent. */
export type Mark = Exclude<MessageStatus, 'sent'>;

/** The only moves. Who has read a message has it, so it need not be delivered first. */
export const MESSAGE_MOVES: Readonly<Record<MessageStatus, readonly Mark[]>> = {
  sent: ['delivered', 'read', 'recalled', 'deleted'],
  delivered: ['read', 'recalled', 'deleted'],
  read: ['recalled', 'deleted'],
  recalled: [],
  deleted: [],
};

export function canMark(from: MessageStatus, to: Mark): boolean {
  return MESSAGE_MOVES[from].includes(to);
}

/** The statuses that lead there. */
export function statusesBefore(to: Mark): MessageStatus[] {
  return MESSAGE_STATUSES.filter((from) => canMark(from, to));
}

/** Its words are shown to nobody any more; that it was there, and who said it, is. */
export function isWithdrawn(status: MessageStatus): boolean {
  return MESSAGE_MOVES[status].length === 0;
}
