// How a session stands after somebody asked for something in it: the same answer for every command.
import { z } from 'zod';
import { ON_CONFLICT } from '../domain/sessions/arbitration.ts';
import type { Session } from '../domain/sessions/session.ts';
import { RuleName } from './arbitration.ts';
import { viewSession } from './conversation-detail.ts';
import { Id, SessionView } from './shapes.ts';

export const OnConflict = z.enum(ON_CONFLICT).default('queue').meta({
  description:
    'What one who does not win gets: a place in the queue, a refusal, or the interruption where the rules grant it, else a refusal.',
});
const Explained = z.object({ rule: RuleName, explanation: z.string() });

export const Standing = z.object({
  session: SessionView,
  conversationId: Id,
  epoch: z.int().meta({ description: "The conversation's; who speaks names it." }),
  arbitration: Explained.nullable(),
});

export function standing(session: Session, { id, epoch }: { readonly id: string; readonly epoch: number }) {
  return { session: viewSession(session), conversationId: id, epoch };
}
