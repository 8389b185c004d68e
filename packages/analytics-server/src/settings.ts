/** Dollars a million tokens. */
interface PriceSetting {
  input: number;
  output: number;
  cacheRead?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
}

/** What a person may set in the section "analytics" of paios.json. */
export interface Settings {
  /** Days and weeks are this zone's; by default the machine's. */
  timezone?: string | undefined;
  /** By model, before every price list. */
  prices: Record<string, PriceSetting>;
  /** Above it a client's own store is warned about. */
  storeMegabytes: number;
  /** What is wrong with the section; the defaults serve. */
  problems: string[];
}

/** The settings where nobody has set any. */
export const unset: Settings = { prices: {}, storeMegabytes: 5_000, problems: [] };
