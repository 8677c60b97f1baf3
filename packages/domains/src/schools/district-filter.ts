/** What a `district` parameter asks for: a pair asks for both, a name alone for the one or the other. */
export interface DistrictFilter {
  readonly region: string | null;
  readonly district: string | null;
  readonly either: string | null;
}

const regionAndDistrict = /^(.*?)[（(](.*)[）)]$/;
const bare = (name: string) => (name.length > 1 ? name.replace(/区$/, "") : name);

/** Reads `中西区`, `中西`, `港岛区`, `港岛` or `港岛（中西区）`; names come without the 区 that a district ends on. */
export function readDistrict(text: string | undefined): DistrictFilter {
  if (text === undefined) return { region: null, district: null, either: null };
  const [, region, district] = regionAndDistrict.exec(text.trim()) ?? [];
  if (region === undefined || district === undefined) return { region: null, district: null, either: bare(text.trim()) };
  return { region: bare(region), district: bare(district), either: null };
}
