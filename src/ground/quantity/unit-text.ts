import { plainText } from "./amount.ts";

// One character for one, so that 噸二氧化碳当量 is found however its halves are written.
const TRADITIONAL =
  "噸當萬億時標準個圓員營業產幣門條張輛臺檯項數亞單處種場輪課間隻塊冊頁開爾裝電轉圖樓層園區號類筆證專軟檔戶團廠歲畝頃體積價額總淨兒學華載貨實權點僱侖歐鎊曆週製壓師獎該獲勞隊題論際幾減貢銷轄聯";
const SIMPLIFIED =
  "吨当万亿时标准个圆员营业产币门条张辆台台项数亚单处种场轮课间只块册页开尔装电转图楼层园区号类笔证专软档户团厂岁亩顷体积价额总净儿学华载货实权点雇仑欧镑历周制压师奖该获劳队题论际几减贡销辖联";
const FOLDED = new Map([...TRADITIONAL].map((character, index) => [character, [...SIMPLIFIED][index] ?? character]));

const SLASHES = /[\u2044\u2215\u00f7]/g;
const DOTS = /[\u00b7\u22c5\u30fb\u2022\u2219\u00d7\u2022*]/g;
const MINUSES = /[\u2212\u2010-\u2015]/g;
const APOSTROPHES = /[\u2018\u2019\u02bc\u00b4`]/g;

/** Half-width, simplified characters, one kind of slash, dot and hyphen, single spaces; `per` is a slash, `of` is nothing. */
export function normaliseUnitText(text: string): string {
  return [...plainText(text)]
    .map((character) => FOLDED.get(character) ?? character)
    .join("")
    .replace(SLASHES, "/")
    .replace(DOTS, "*")
    .replace(MINUSES, "-")
    .replace(APOSTROPHES, "'")
    .replaceAll(/(^|\s)per\s/gi, "/")
    .replaceAll(/\sof\s/gi, " ")
    .replaceAll("²", "2");
}

/** The key under which a spelling is found: no spaces, no hyphens before a letter, no full stops but decimal points. */
export function spellingKey(normalised: string): string {
  return normalised
    .replaceAll(/\s/g, "")
    .replaceAll(/-(?=[^\d])/g, "")
    .replaceAll(/\.(?!\d)/g, "");
}

/** The key without regard to case. */
export function foldedKey(key: string): string {
  return key.toLowerCase();
}
