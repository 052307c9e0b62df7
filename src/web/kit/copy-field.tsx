import { useState } from 'react';
import { announce } from './announcer.tsx';
import { copyText } from './clipboard.ts';
import { Icon } from './icon.tsx';
import './copy-field.css';

/** A shell command with a copy button. If the browser blocks copying, the text is selected. */
export function CopyField({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="copy-field">
      <code tabIndex={0} role="textbox" aria-readonly="true" aria-label={label}>
        {text}
      </code>
      <button
        type="button"
        className="tool"
        aria-label={`Copy: ${label}`}
        title="Copy"
        onClick={(event) => {
          const code = event.currentTarget.previousElementSibling!;
          void copyText(text).then((done) => {
            setCopied(done);
            if (done) announce('Copied.');
            else getSelection()?.selectAllChildren(code);
          });
        }}
      >
        <Icon name={isCopied ? 'picked' : 'copy'} />
      </button>
    </div>
  );
}
