// All rules by which a contact's words are read. Ours only: an account's own come with its settings.
import type { IntentRule } from './intent-rule.ts';
import { ENGLISH_RULES } from './understanding-rules-en.ts';
import { CHINESE_RULES } from './understanding-rules-zh.ts';

export const RULES: readonly IntentRule[] = [...CHINESE_RULES, ...ENGLISH_RULES];
