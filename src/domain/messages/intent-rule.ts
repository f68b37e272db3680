// One rule by which a contact's words are read: words that show what they want or feel, with what they are guarded by.
import type { Intent } from '../accounts/understanding-settings.ts';
import type { WordRule } from './wording.ts';

export type IntentRule = WordRule & {
  readonly intent: Intent;
  /** How surely who says so means it, from 0 to 1: judged by hand, and held against texts by the bench. */
  readonly confidence: number;
  /** A complaint that names a risk: an authority, a court, fraud. A robot must hand over. */
  readonly isRisk?: true;
};
