// What a contact said to their image task, and what it was understood as: heard once, by the message's id or upstream's own name.
import { defineEntity, p } from '@mikro-orm/mysql';

const ImageReplySchema = defineEntity({
  name: 'ImageReply',
  tableName: 'image_reply',
  properties: {
    id: p.string().primary(),
    taskId: p.string(),
    heardAs: p.string(),
    understood: p.string(),
    rule: p.string().strictNullable(),
    words: p.string(),
    saidAt: p.datetime(3),
    createdAt: p.datetime(3),
  },
});

export class ImageReply extends ImageReplySchema.class {}
ImageReplySchema.setClass(ImageReply);
