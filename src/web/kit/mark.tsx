/** The product's sign and name: content of the link to the start page. */
export function Mark() {
  return (
    <>
      <svg className="icon" width="1.25rem" height="1.25rem" viewBox="0 0 20 20" aria-hidden="true">
        <rect x="1" y="1" width="12" height="12" rx="1" className="mark-back" />
        <rect x="7" y="7" width="12" height="12" rx="1" className="mark-front" />
        <rect x="7" y="7" width="6" height="6" className="mark-both" />
      </svg>
      <span>dpxdt</span>
    </>
  );
}
