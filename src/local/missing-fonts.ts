/** Which scripts this machine has no font for, found by drawing two characters of each: both are then the same box. */

/** A script, two of its characters, and Debian's package with a font. */
interface WritingSystem {
  name: string;
  sample: readonly [string, string];
  debianPackage: string;
}

const writingSystems: readonly WritingSystem[] = [
  { name: 'Arabic', sample: ['ع', 'ش'], debianPackage: 'fonts-noto-core' },
  { name: 'Chinese', sample: ['龍', '門'], debianPackage: 'fonts-noto-cjk' },
  { name: 'Hebrew', sample: ['א', 'ש'], debianPackage: 'fonts-noto-core' },
  { name: 'Hindi', sample: ['क', 'ष'], debianPackage: 'fonts-noto-core' },
  { name: 'Japanese', sample: ['あ', 'カ'], debianPackage: 'fonts-noto-cjk' },
  { name: 'Korean', sample: ['한', '국'], debianPackage: 'fonts-noto-cjk' },
  { name: 'Thai', sample: ['ก', 'ฮ'], debianPackage: 'fonts-noto-core' },
  { name: 'emoji', sample: ['😀', '🚀'], debianPackage: 'fonts-noto-color-emoji' },
];

const mark = 'fonts that are missing: ';

/** A page that draws the characters and writes to its console which scripts look all the same. */
export const fontPage = `<!doctype html><meta charset="utf-8"><title>doctor</title><h1>It works</h1>
<p>${writingSystems.map(({ name, sample }) => `${name} ${sample.join('')}`).join(' · ')}</p>
<script>
const drawn = (text) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.font = '40px sans-serif';
  context.fillText(text, 8, 48);
  return context.getImageData(0, 0, 64, 64).data.join();
};
const missing = ${JSON.stringify(writingSystems.map(({ name, sample }) => [name, ...sample]))}
  .filter(([, one, other]) => drawn(one) === drawn(other));
console.log(${JSON.stringify(mark)} + JSON.stringify(missing.map(([name]) => name)));
</script>`;

/** What the page wrote, in the log of its capture; null if it wrote nothing. */
export function readMissingFonts(log: string): { names: string[]; debianPackages: string[] } | null {
  const [, list] = new RegExp(`${mark}(\\[[^\\]\\n]*\\])`).exec(log) ?? [];
  if (list === undefined) return null;
  const names = JSON.parse(list) as string[];
  const packages = writingSystems.filter(({ name }) => names.includes(name));
  return { names, debianPackages: [...new Set(packages.map(({ debianPackage }) => debianPackage))] };
}
