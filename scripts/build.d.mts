/** Parses the shipped YAML into JSON by the hash of each text, when any of it is younger than what was parsed before. */
export function parseDocumentsIfStale(): Promise<void>;
