/**
 * Reads lists of sites that stand together, written as numbers parted by spaces. Many groups have the same sites, in any order: each
 * list of sites is one array, ascending.
 */
export function sitesTogether(texts: ArrayLike<unknown>): (readonly number[])[] {
  const known = new Map<string, { readonly sites: readonly number[]; readonly members: ReadonlySet<number> }[]>();
  return Array.from({ length: texts.length }, (_, row) => {
    const sites = numbersIn(String(texts[row]));
    // The same sum of as many sites is mostly of the same sites; that it is must be seen.
    const key = `${sites.length} ${sites.reduce((sum, site) => sum + site, 0)}`;
    const alike = known.get(key) ?? [];
    const same = alike.find(({ members }) => sites.every((site) => members.has(site)));
    if (same) return same.sites;
    sites.sort((a, b) => a - b);
    alike.push({ sites, members: new Set(sites) });
    known.set(key, alike);
    return sites;
  });
}

const ZERO = 48;
const SPACE = 32;

function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === SPACE) {
      numbers.push(number);
      number = 0;
    } else number = number * 10 + (code - ZERO);
  }
  numbers.push(number);
  return numbers;
}
