// The words of the mail that brings the work, in the account's language.
import type { Operation } from './operation.ts';

const OPERATION: Readonly<Record<Operation, readonly [zh: string, en: string]>> = {
  enhance: ['高清处理', 'enhanced'],
  remove_bg: ['去除背景', 'with its background removed'],
  resize: ['调整尺寸', 'resized'],
  fix_old_photo: ['老照片修复', 'restored'],
  layered: ['分层文件', 'in layers'],
};

export type MailText = { readonly subject: string; readonly text: string };

/** @param link where the picture is too large to be attached, or its layers are; null: it is attached. */
export function mailText(operation: Operation, language: 'zh' | 'en', shop: string, link: string | null): MailText {
  const [zh, en] = OPERATION[operation];
  if (language === 'zh') {
    const where = link === null ? '成品见附件。' : `成品较大，请从这里下载：\n${link}`;
    return { subject: `您的图片已完成（${zh}）`, text: `您好，\n\n您的图片已完成：${zh}。\n${where}\n\n${shop}\n` };
  }
  const where = link === null ? 'You find it attached.' : `It is too large for a mail; download it here:\n${link}`;
  return {
    subject: `Your picture is ready (${en})`,
    text: `Hello,\n\nyour picture is ready: ${en}.\n${where}\n\n${shop}\n`,
  };
}
