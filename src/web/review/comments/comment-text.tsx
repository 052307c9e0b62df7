import { createElement, useEffect, useState, type ReactNode } from 'react';
import type { CommentNode } from './markdown.ts';

type ReadMarkdown = (text: string, people: readonly { name: string }[]) => CommentNode[];
let readMarkdown: ReadMarkdown | null = null;

/** The text of a comment; plain until the reader of Markdown has arrived. */
export function CommentText({ text, people }: { text: string; people: readonly { name: string }[] }) {
  const [, setReady] = useState(readMarkdown !== null);
  useEffect(() => {
    if (readMarkdown !== null) return;
    let isGone = false;
    void import('./markdown.ts').then((loaded) => {
      readMarkdown = loaded.readMarkdown;
      if (!isGone) setReady(true);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return (
    <div className="comment-text" dir="auto">
      {readMarkdown === null ? <p>{text}</p> : readMarkdown(text, people).map(elementOf)}
    </div>
  );
}

function elementOf(node: CommentNode, index: number): ReactNode {
  if (typeof node === 'string') return node;
  if (node.tag === 'br') return <br key={index} />;
  const children = node.children.map(elementOf);
  if (node.tag === 'a')
    return (
      <a key={index} href={node.href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    );
  if (node.tag === 'mention')
    return (
      <strong key={index} className="mention">
        {children}
      </strong>
    );
  return createElement(node.tag, { key: index }, children);
}
