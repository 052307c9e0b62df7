import type { FastifyReply } from 'fastify';
import { pageContentSecurityPolicy } from '../access/security-headers.ts';

export function sendPage(reply: FastifyReply, markup: string): FastifyReply {
  return reply
    .headers({ 'content-security-policy': pageContentSecurityPolicy, 'cache-control': 'private, no-cache' })
    .type('text/html; charset=utf-8')
    .send(markup);
}
