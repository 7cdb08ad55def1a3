import type { Call } from "../operation.ts";

/** How people reach the product: as set, or as whoever asks does. */
export const originOf = ({ service, request }: Call<unknown, unknown, unknown>): string =>
  service.settings.publicUrl?.origin ?? new URL(request.url).origin;
