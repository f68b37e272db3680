// Down the forms of answers until one does: a server that has no schemas is asked for a JSON object, one that has none for text. What
// did is where the next question begins.
import { OutsideFailure } from '../outside-failure.ts';
import { type Chat, FORMS, type Form, notUnderstood } from './chat.ts';
import { chatFailure, mayBeTheForm } from './chat-failure.ts';
import { firstAnswer } from './first-answer.ts';
import type { Question } from './question.ts';

/** @throws OutsideFailure, `not_understood` where what came at the foot of the ladder is no answer either. */
export type Ask = <T>(question: Question<T>, stop: AbortSignal) => Promise<T>;

export function makeLadder(chat: Chat): Ask {
  let best: Form = 'json_schema';
  return async (question, stop) => {
    let failure = notUnderstood('No answer was understood.');
    for (const form of FORMS.slice(FORMS.indexOf(best))) {
      const tried = await ask(chat, question, form, stop);
      if (!(tried instanceof OutsideFailure)) {
        best = form;
        return tried.answer;
      }
      failure = tried;
    }
    throw failure;
  };
}

/** A failure is given back where another form may do, and thrown where none will. */
async function ask<T>(
  chat: Chat,
  question: Question<T>,
  form: Form,
  stop: AbortSignal,
): Promise<OutsideFailure | { readonly answer: T }> {
  try {
    const answer = firstAnswer(await chat(question, form, stop), question.read);
    return answer === null ? notUnderstood('The model’s words are no answer to what it was asked.') : { answer };
  } catch (error) {
    if (mayBeTheForm(error)) return chatFailure(error);
    throw chatFailure(error);
  }
}
