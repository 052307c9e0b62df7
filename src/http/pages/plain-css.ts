/** Styles of the server's plain pages. */
export const plainCss = `
:root { color-scheme: light dark; --line: #dadde1; --muted: #565d66; --soft: #eef0f2; --accent: #2b57d6; }
@media (prefers-color-scheme: dark) {
  :root { --line: #30353c; --muted: #a3abb5; --soft: #1f2328; --accent: #8fb0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 14px/20px system-ui, sans-serif; }
header { padding: 12px 24px; border-bottom: 1px solid var(--line); font-weight: 600; }
header a { color: inherit; text-decoration: none; }
main { max-width: 1100px; margin: 0 auto; padding: 16px 24px 48px; }
h1 { font-size: 20px; line-height: 28px; overflow-wrap: anywhere; }
h2 { font-size: 16px; line-height: 24px; margin-top: 32px; }
h3 { font-size: 14px; margin: 24px 0 4px; }
a { color: var(--accent); }
p { margin: 4px 0 12px; max-width: 75ch; }
.muted { color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 18px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
code { font: 12.5px/18px ui-monospace, monospace; }
.method { display: inline-block; min-width: 52px; font-weight: 600; }
.endpoint { padding: 8px 12px; background: var(--soft); border-radius: 4px; overflow-wrap: anywhere; }
`;
