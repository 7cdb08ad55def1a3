import { z } from "zod";

const triple = z.tuple([z.number(), z.number().nonnegative(), z.number().nonnegative()]);

export const climateSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  source: z.string().min(1),
  months: z
    .array(
      z.strictObject({
        /** Mean, standard deviation of daily means, swing of the mean day; °C. */
        dryBulb: triple,
        wetBulb: triple,
        correlation: z.number().min(-1).max(1),
        /** kWh/m² a day on the horizontal. */
        sun: z.number().nonnegative(),
      }),
    )
    .length(12),
});

/** Monthly statistics of a place, from which a year of hours is generated. */
export type Climate = z.infer<typeof climateSchema>;
