import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { maxCommentLength } from '../../../domain/comments/comment.ts';

/** From here on, what is left is shown. */
const shownFrom = maxCommentLength - 400;
const maxSuggestions = 6;

interface CommentFormProps {
  label: string;
  /** Of the button. */
  send: string;
  text?: string;
  /** Who can be named. */
  people: readonly { userId: string; name: string }[];
  takesFocus?: boolean;
  /** Keeps what is written, which the form loses when it goes. */
  onDraft?: (text: string) => void;
  /** @returns whether it was saved; if not, the text stays */
  onSend: (text: string) => Promise<boolean>;
  onCancel?: () => void;
}

/** A field for Markdown, with names after an @. Ctrl or ⌘ and Enter sends. */
export function CommentForm({
  label,
  send,
  text: initial = '',
  people,
  takesFocus,
  ...does
}: CommentFormProps) {
  const [text, setText] = useState(initial);
  const [caret, setCaret] = useState(initial.length);
  const [placed, setPlaced] = useState<{ at: number } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState(-1);
  const field = useRef<HTMLTextAreaElement | null>(null);
  const listId = useId();
  useLayoutEffect(() => {
    if (takesFocus === true) field.current?.focus();
  }, [takesFocus]);
  // Before the next key: a quick writer's letters would land behind the caret.
  useLayoutEffect(() => {
    if (placed === null) return;
    field.current?.focus();
    field.current?.setSelectionRange(placed.at, placed.at);
  }, [placed]);
  const naming = namingAt(text, caret);
  const suggestions =
    naming === null || naming.from === dismissed
      ? []
      : people.filter(({ name }) => matches(name, naming.word)).slice(0, maxSuggestions);
  const current = Math.min(chosen, suggestions.length - 1);
  const length = [...text].length;

  const write = (next: string) => {
    setText(next);
    does.onDraft?.(next);
  };
  const name = (person: string) => {
    const before = `${text.slice(0, naming!.from)}@${person} `;
    write(before + text.slice(caret));
    setCaret(before.length);
    setChosen(0);
    setDismissed(naming!.from);
    setPlaced({ at: before.length });
  };
  const submit = async () => {
    if (text.trim() === '' || isBusy || length > maxCommentLength) return;
    setBusy(true);
    const isSaved = await does.onSend(text);
    setBusy(false);
    if (isSaved) write('');
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      void submit();
    } else if (
      suggestions.length > 0 &&
      ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(event.key)
    ) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') setDismissed(naming!.from);
      else if (event.key === 'Enter' || event.key === 'Tab') name(suggestions[current]!.name);
      else {
        const by = event.key === 'ArrowDown' ? 1 : -1;
        setChosen((current + by + suggestions.length) % suggestions.length);
      }
    } else if (event.key === 'Escape' && does.onCancel !== undefined) {
      event.stopPropagation();
      does.onCancel();
    }
  };
  return (
    <form
      className="comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={press}
    >
      <textarea
        className="field"
        ref={field}
        rows={3}
        dir="auto"
        aria-label={label}
        placeholder={label}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={suggestions.length > 0 ? `${listId}-${current}` : undefined}
        value={text}
        onChange={(event) => {
          write(event.target.value);
          setCaret(event.target.selectionStart);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
      />
      <ul
        className="comment-people"
        id={listId}
        role="listbox"
        aria-label="Members"
        hidden={suggestions.length === 0}
      >
        {suggestions.map((person, index) => (
          <li
            key={person.userId}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            onPointerDown={(event) => {
              event.preventDefault();
              name(person.name);
            }}
          >
            <bdi>{person.name}</bdi>
          </li>
        ))}
      </ul>
      <div className="comment-actions line">
        <button
          type="submit"
          className="button small primary"
          disabled={isBusy || text.trim() === '' || length > maxCommentLength}
        >
          {send}
        </button>
        {does.onCancel !== undefined && (
          <button type="button" className="button small" onClick={does.onCancel}>
            Cancel
          </button>
        )}
        <span className="muted text-12" role={length > shownFrom ? 'status' : undefined}>
          {length > shownFrom
            ? `${(maxCommentLength - length).toLocaleString('en-US')} characters left`
            : 'Markdown, @ names people'}
        </span>
      </div>
    </form>
  );
}

/** The name that is being written before the caret: `@an`. */
function namingAt(text: string, caret: number): { from: number; word: string } | null {
  const found = /(?:^|[\s(])@([^@\n]{0,40})$/.exec(text.slice(0, caret));
  return found === null ? null : { from: caret - found[1]!.length - 1, word: found[1]! };
}

function matches(name: string, word: string): boolean {
  const [lower, wanted] = [name.toLowerCase(), word.toLowerCase()];
  return (
    lower.startsWith(wanted) || lower.split(/\s+/).some((part) => wanted !== '' && part.startsWith(wanted))
  );
}
