/** What captures report of the browser, from its answer to `Browser.getVersion`. */
export function versionOf({ product, userAgent }: { product: string; userAgent: string }) {
  return {
    version: product.replace(/^(Headless)?Chrome\//, 'Chromium '),
    userAgent: userAgent.replace('HeadlessChrome', 'Chrome'),
  };
}
