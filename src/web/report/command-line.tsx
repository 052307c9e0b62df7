import { announce } from '../kit/announcer.tsx';
import { copyText } from '../kit/clipboard.ts';
import { Icon } from '../kit/icon.tsx';
import '../kit/copy-field.css';

/** A shell command with a copy button. */
export function CommandLine({ command, label }: { command: string; label: string }) {
  return (
    <div className="copy-field command" role="group" aria-label={label}>
      <code
        className="command-text"
        tabIndex={0}
        aria-label={`Command: ${command}`}
        role="textbox"
        aria-readonly
      >
        {command}
      </code>
      <button type="button" className="button small" onClick={() => void copyCommand(command)}>
        <Icon name="copy" size={14} />
        Copy
      </button>
    </div>
  );
}

/** Copies a command and announces it. */
export async function copyCommand(command: string): Promise<void> {
  const done = await copyText(command);
  announce(done ? `Copied: ${command}` : 'The browser blocked copying. Select the command and copy it.', {
    toast: true,
  });
}
