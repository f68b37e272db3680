// Which step a task needs next, and what follows an attempt that went wrong. One run of the job makes one step.
import type { ImageState } from './lifecycle.ts';

/**
 * `fetch`: the original, from where the contact's platform keeps it. `analysis`: what kind of work it is. `processing`: the work.
 * `checking`: the same for a result that somebody submitted. `mail`: what was confirmed goes to the contact's address.
 */
export const STEPS = ['fetch', 'analysis', 'processing', 'checking', 'mail'] as const;
export type Step = (typeof STEPS)[number];

export const MAIL_STATES = ['none', 'wanted', 'sent', 'refused', 'unknown'] as const;
/** `wanted`: the address is known and the contact agrees. `unknown`: it may have arrived, the contact is asked. */
export type MailState = (typeof MAIL_STATES)[number];

export type Standing = {
  readonly state: ImageState;
  readonly isFetched: boolean;
  readonly isAnalysed: boolean;
  readonly analyser: 'embedded' | 'upstream';
  readonly isSubmitted: boolean;
  readonly automatic: boolean;
  readonly mail: MailState;
};

/** @returns null where somebody else is to act: the contact, upstream, an operator. */
export function nextStep({ state, mail, ...standing }: Standing): Step | null {
  if (state === 'pending') return nextLook(standing);
  if (state === 'awaiting_confirm') return mail === 'wanted' ? 'mail' : null;
  if (state !== 'processing') return null;
  if (!standing.isFetched) return 'fetch';
  if (standing.isSubmitted) return 'checking';
  if (!standing.automatic) return null;
  // Paid before anybody has looked: we look first, whoever is meant to.
  return standing.isAnalysed ? 'processing' : 'analysis';
}

function nextLook({ isFetched, isAnalysed, analyser }: Pick<Standing, 'isFetched' | 'isAnalysed' | 'analyser'>) {
  if (!isFetched) return 'fetch';
  return isAnalysed || analyser === 'upstream' ? null : 'analysis';
}

export const ATTEMPT_STATES = ['begun', 'done', 'failed', 'lost', 'interrupted', 'unknown'] as const;
/**
 * `lost`: its worker died, so what came of it is not known and does not matter. `interrupted`: we were told to stop, and it does not
 * count. `unknown`: it may have had its effect.
 */
export type AttemptState = (typeof ATTEMPT_STATES)[number];

export type Failure = {
  readonly kind: 'retryable' | 'rate_limited' | 'refused' | 'auth' | 'permanent' | 'unknown';
  readonly retryAfterMs: number | null;
};

export type Next = { readonly kind: 'again'; readonly afterMs: number } | { readonly kind: 'give_up' };

/** Attempts that may fail by themselves; of the processing the account says how many. */
const ATTEMPTS: Readonly<Record<Exclude<Step, 'processing'>, number>> = { fetch: 5, analysis: 3, checking: 5, mail: 8 };
/** So often a step is put off because somebody asked us to wait; its task's deadline comes before that, or after. */
const PUT_OFF = 60;

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * @param counted attempts of this step in this round that count, this one among them. @param put how often it was put off.
 * @param maxAttempts of the account, for the processing.
 */
export function afterFailure(
  step: Step,
  { kind, retryAfterMs }: Failure,
  counted: number,
  put: number,
  maxAttempts: number,
): Next {
  if (kind === 'rate_limited')
    return put < PUT_OFF ? { kind: 'again', afterMs: bounded(retryAfterMs ?? 30_000) } : { kind: 'give_up' };
  const most = step === 'processing' ? maxAttempts : ATTEMPTS[step];
  if (kind !== 'retryable' || counted >= most) return { kind: 'give_up' };
  return { kind: 'again', afterMs: bounded(retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (counted - 1)) };
}

function bounded(milliseconds: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS / 2, milliseconds));
}
