const contentTypes: Record<string, string> = {
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'application/xhtml+xml',
  css: 'text/css',
  js: 'text/javascript',
  mjs: 'text/javascript',
  json: 'application/json',
  map: 'application/json',
  webmanifest: 'application/manifest+json',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  png: 'image/png',
  apng: 'image/apng',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
  otf: 'font/otf',
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  vtt: 'text/vtt',
  xml: 'text/xml',
  rss: 'application/rss+xml',
  atom: 'application/atom+xml',
  mp4: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  pdf: 'application/pdf',
  zip: 'application/zip',
};

/** The content type for a file name, without a charset; null for unknown extensions. */
export function fileContentType(fileName: string): string | null {
  const ending = /\.(\w+)$/.exec(fileName)?.[1]!.toLowerCase();
  return ending !== undefined && Object.hasOwn(contentTypes, ending) ? contentTypes[ending]! : null;
}

/** The `Content-Type` header: text is UTF-8, unknown types are bytes. */
export function servedContentType(fileName: string): string {
  const type = fileContentType(fileName);
  if (type === null) return 'application/octet-stream';
  return /^text\/|[/+]json$/.test(type) ? `${type}; charset=utf-8` : type;
}
