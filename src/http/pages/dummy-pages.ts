/** Small pages to try captures and comparisons on, used in examples. */
export const dummyPages: Readonly<Record<string, string>> = {
  '/static/dummy/index.html': document('Dummy pages', '<p id="foobar">foobar</p>' + links()),
  '/static/dummy/dummy_page1.html': document(
    'Dummy page 1',
    '<p id="foobar">This is page one.</p>' + links(),
  ),
  '/static/dummy/dummy_page2.html': document(
    'Dummy page 2',
    '<p id="foobar">This is page two.</p>' + links(),
  ),
};

function links(): string {
  return '<ul><li><a href="/static/dummy/dummy_page1.html">One</a></li><li><a href="/static/dummy/dummy_page2.html">Two</a></li></ul>';
}

function document(title: string, body: string): string {
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${body}\n</body>\n</html>\n`;
}
